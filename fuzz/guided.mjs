// A coverage-guided search for addresses that break the page: node fuzz/guided.mjs [RUNS]
// The target is bundled and its statements and branches are counted (Istanbul); an input that reaches new ones is kept and
// changed further. What is kept goes to target/corpus/links; the repository's corpus is fuzz/corpus/links.
import { build } from "esbuild";
import { createInstrumenter } from "istanbul-lib-instrument";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = new URL("../", import.meta.url);
const FOUND = new URL("target/corpus/links/", ROOT);
const OWN = new URL("fuzz/corpus/links/", ROOT);
const runs = Number(process.argv[2] ?? 1e7);
mkdirSync(FOUND, { recursive: true });

async function instrumented() {
  const file = new URL("target/corpus/links.mjs", ROOT);
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("links.mjs", import.meta.url))],
    bundle: true,
    format: "esm",
    write: false,
    external: ["*/chapter.js"],
  });
  const code = createInstrumenter({ esModules: true, compact: true }).instrumentSync(outputFiles[0].text, "links.mjs");
  writeFileSync(file, code);
  const { links } = await import(pathToFileURL(fileURLToPath(file)).href);
  return { links, counters: globalThis.__coverage__["links.mjs"] };
}

/** How often a place is reached, in rough numbers as AFL has them. @param {number} count */
const bucket = (count) => Math.min(8, 32 - Math.clz32(count));

const { links, counters } = await instrumented();
const flat = () => [...Object.values(counters.s), ...Object.values(counters.b).flat()];
const seen = new Set();
const corpus = [];

/** Runs an input; whether it reached anything new. @param {Uint8Array} input */
function reaches(input) {
  const before = flat();
  links(input);
  let fresh = false;
  flat().forEach((count, i) => {
    const place = i * 16 + bucket(count - before[i]);
    if (count === before[i] || seen.has(place)) return;
    seen.add(place);
    fresh = true;
  });
  return fresh;
}

const random = (/** @type {number} */ limit) => Math.floor(Math.random() * limit);

/** @param {Uint8Array} input */
function changed(input) {
  let bytes = [...input];
  for (let i = random(4); i >= 0; i--) {
    const at = random(bytes.length + 1);
    const kind = random(4);
    if (kind === 0) bytes.splice(at, random(8));
    else if (kind === 1) bytes.splice(at, 0, ...Array.from({ length: 1 + random(6) }, () => random(256)));
    else if (kind === 2) bytes[at] = random(256);
    else bytes = bytes.slice(0, at).concat([...(corpus[random(corpus.length)] ?? [])].slice(random(16)));
  }
  return Uint8Array.from(bytes.slice(0, 512));
}

function keep(input) {
  corpus.push(input);
  const name = createHash("sha1").update(input).digest("hex").slice(0, 16);
  writeFileSync(new URL(name, FOUND), input);
}

const given = [OWN, FOUND].flatMap((folder) => {
  try {
    return readdirSync(folder).map((name) => new Uint8Array(readFileSync(new URL(name, folder))));
  } catch {
    return [];
  }
});
let input = new Uint8Array(8);
try {
  for (input of given.sort((a, b) => a.length - b.length)) if (reaches(input)) corpus.push(input);
  if (!corpus.length) keep(input);
  for (let i = 0; i < runs; i++) {
    if (i % 1e6 === 0) console.log(`${i} runs, ${corpus.length} inputs, ${seen.size} places`);
    input = changed(corpus[random(corpus.length)]);
    if (reaches(input)) keep(input);
  }
  console.log(`${runs} runs without a fault: ${corpus.length} inputs reach ${seen.size} places`);
} catch (error) {
  const file = new URL("target/corpus/links-fault", ROOT);
  writeFileSync(file, input);
  console.error(`${fileURLToPath(file)}: ${error.stack}`);
  process.exitCode = 1;
}
