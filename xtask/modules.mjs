// @ts-check
// The page's modules and style sheets as the few files that a browser is sent: on a slow line each of a hundred small ones
// would cost a round trip. What www/ has is plain and runs as it stands; esbuild only puts it together, with source maps.
import { readFile } from "node:fs/promises";
import { build } from "esbuild";

const WWW = new URL("../www/", import.meta.url).pathname;

/** Browsers that have what the engine needs; nothing is rewritten for older ones. */
const TARGET = ["chrome91", "firefox114", "safari16.4"];

/**
 * esbuild makes a file of whatever the same entries reach, so that each mixture of chapters that share something with the
 * page would give the page one more file to wait for. A chapter that reaches the page reaches all of it: then it is one.
 * @type {import("esbuild").Plugin}
 */
const pageInOne = {
  name: "page-in-one",
  setup: ({ onLoad }) =>
    onLoad({ filter: /\/chapters\/\w+\/chapter\.js$/ }, async ({ path }) => ({
      contents: `${await readFile(path, "utf8")}\nimport "../../page.js";\n`,
    })),
};

/**
 * Writes page.js and what it loads later, each chapter's own code apart. The engine's package keeps its files: its workers
 * find each other by their addresses.
 * @param {string} outdir
 * @returns {Promise<string[]>} what page.js imports, and so is needed together with it
 */
export async function bundleModules(outdir) {
  const { metafile } = await build({
    absWorkingDir: WWW,
    entryPoints: ["page.js"],
    outdir,
    bundle: true,
    splitting: true,
    format: "esm",
    minify: true,
    sourcemap: true,
    target: TARGET,
    charset: "utf8",
    external: ["./pkg/*"],
    metafile: true,
    plugins: [pageInOne],
    logLevel: "warning",
  });
  const entry = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint === "page.js");
  const chunks = entry.imports.filter(({ kind, external }) => kind === "import-statement" && !external);
  return chunks.map(({ path }) => path.slice(path.lastIndexOf("/") + 1));
}

/**
 * Writes style.css.
 * @param {string[]} sheets in the order of their rules, relative to www/
 * @param {string} outfile
 */
export function bundleStyles(sheets, outfile) {
  return build({
    stdin: { contents: sheets.map((sheet) => `@import "./${sheet}";`).join("\n"), resolveDir: WWW, loader: "css" },
    outfile,
    bundle: true,
    minify: true,
    target: TARGET,
    charset: "utf8",
    logLevel: "warning",
  });
}
