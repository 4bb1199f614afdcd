// @ts-check
// Takes the comments and spaces out of what wasm-bindgen writes beside the wasm: node xtask/glue.mjs FILE
// For the page, where they are a fourth of what is sent; the package keeps them for its readers. Names stay: a worker finds
// methods by them.
import { readFileSync, writeFileSync } from "node:fs";
import { transformSync } from "esbuild";

const [file] = process.argv.slice(2);
const text = readFileSync(file, "utf8");
writeFileSync(file, transformSync(text, { minifyWhitespace: true, minifySyntax: true, charset: "utf8" }).code);
