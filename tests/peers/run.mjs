// @ts-check
// Measures the engine beside other libraries on the same network, in the same browser, taking turns:
//     node tests/peers/run.mjs DIST [chromium] [firefox] [jax] [tfjs] [ort] [--batch 1,16] [--training] [--tuned] [--quick]
// (README.md says what that is). Progress goes to stderr, a table for each browser to stdout.

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { BROWSERS, launch } from "../e2e/browsers.mjs";
import { serve } from "../../xtask/server.mjs";
import { site } from "./site.mjs";
import { table } from "./table.mjs";

/** Our engine first, to which the others are compared. */
const PEERS = {
  chailou: ["chailou", undefined],
  jax: ["jax-js", "@jax-js/jax"],
  tfjs: ["tfjs", "@tensorflow/tfjs"],
  ort: ["onnxruntime-web", "onnxruntime-web"],
};

/** An answer farther off than this is another network's. */
const TOLERANCE = 1e-3;

const say = (text) => console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);

function title(name) {
  const [label, folder] = PEERS[name];
  const about = new URL(folder ? `node_modules/${folder}/package.json` : "../../Cargo.toml", import.meta.url);
  const text = readFileSync(about, "utf8");
  const version = folder ? JSON.parse(text).version : /^version = "(.*)"/m.exec(text)[1];
  return `${label} ${version}`;
}

/** A tab with one library in it, on the page that all get. */
async function open(browser, server, name, batch, tuned) {
  const tab = await browser.newPage();
  tab.on("console", (message) => ["error", "warning"].includes(message.type()) && say(`  ${message.text()}`));
  await tab.goto(server.url);
  await tab.waitForFunction(() => "openPeer" in globalThis);
  const { adapter, trains } = await tab.evaluate((...given) => globalThis.openPeer(...given), name, batch, tuned);
  say(`${title(name)} is open`);
  return { name, tab, adapter, trains };
}

/** Calls in a row, in a tab that is in front, because browsers slow the others' timers down; milliseconds of each. */
async function turn(peer, task, calls) {
  await peer.tab.bringToFront();
  const results = await peer.tab.evaluate(
    async ({ kind, batch }, calls) => {
      const results = [];
      while (results.length < calls) results.push(await globalThis.harness[kind](batch));
      return results;
    },
    task,
    calls,
  );
  for (const { ms, error, said } of results) {
    if (!(error <= TOLERANCE)) throw new Error(`${peer.name} is off by ${error}: another network`);
    say(`  ${task.label}, ${peer.name}: ${ms.toFixed(0)} ms, ${said}`);
  }
  return results.map(({ ms }) => ms);
}

/** Rounds of a task: as many as take half a minute, within bounds, for short calls suffer most from a busy machine. */
const ROUNDS = { least: 3, most: 10, ms: 30_000 };

/** Calls of a single sample in a turn, as a chain makes them: the first after another tab's turn also pays for the change,
 * which in a longer call does not show. */
const IN_A_ROW = 5;

/** A task by all who can: a call each that compiles, then rounds in turn. */
async function measure(peers, task, { least, most, ms }) {
  const able = peers.filter(({ trains }) => task.kind === "forward" || trains);
  const times = Object.fromEntries(able.map(({ name }) => [name, []]));
  say(`${task.label}: the first call of each, which compiles`);
  for (const peer of able) await turn(peer, task, 1);
  const begun = performance.now();
  for (let round = 0; round < most && (round < least || performance.now() - begun < ms); round++)
    for (const peer of able) times[peer.name].push(...(await turn(peer, task, task.batch === 1 ? IN_A_ROW : 1)));
  return { label: task.label, times };
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    batch: { type: "string", default: "1,16" },
    training: { type: "boolean", default: false },
    tuned: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
  },
});
const [dist = "dist", ...asked] = positionals;
const wanted = (all) => (all.some((name) => asked.includes(name)) ? all.filter((name) => asked.includes(name)) : all);
const batches = values.batch.split(",").map(Number);
const trained = 16;
const tasks = batches.map((batch) => ({ kind: "forward", batch, label: `forward, batch ${batch}` }));
if (values.training) tasks.push({ kind: "step", batch: trained, label: `training step, batch ${trained}` });
const names = ["chailou", ...wanted(Object.keys(PEERS).slice(1))];

const { folder, remove } = site(dist);
const server = await serve(folder);
try {
  for (const name of wanted(BROWSERS)) {
    const browser = await launch(name);
    const version = await browser.version();
    say(version);
    const peers = [];
    for (const peer of names) peers.push(await open(browser, server, peer, trained, values.tuned ? batches : []));
    const rows = [];
    for (const task of tasks)
      rows.push(await measure(peers, task, values.quick ? { least: 1, most: 1, ms: 0 } : ROUNDS));
    const { vendor, description, profile } = peers[0].adapter;
    const adapter = `${description || vendor || "an adapter that it does not name"}, ${profile} kernels`;
    console.log(
      `\n${version}, ${adapter}\n\n${table(
        names.map((n) => [n, title(n)]),
        rows,
      )}`,
    );
    await browser.close();
  }
} finally {
  await server.close();
  remove();
}
