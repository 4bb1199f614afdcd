// @ts-check
// How long the page's main thread is kept from answering while something happens.
//
// By the clock: the longest gap between ticks of a 10 ms timer. On a machine that computes its shaders on
// the same cores this includes waiting for a core, so Chromium's trace is asked as well: the longest task
// by the processor time that the thread itself used.

import assert from "node:assert/strict";

/** Runs `work`, returns {wall, cpu} in ms; cpu is undefined where the browser has no trace. */
export async function longestBlock(page, work) {
  const { tab } = page;
  const traced = tab.browser().process().spawnfile.includes("firefox") ? null : tab.tracing;
  await page.evaluate(() => {
    let last = performance.now();
    const ticks = { longest: 0, timer: undefined };
    ticks.timer = setInterval(() => {
      const now = performance.now();
      ticks.longest = Math.max(ticks.longest, now - last - 10);
      last = now;
    }, 10);
    window.ticks = ticks;
  });
  await traced?.start({ categories: ["toplevel", "devtools.timeline"] });
  await work();
  const trace = await traced?.stop();
  const wall = await page.evaluate(() => {
    clearInterval(window.ticks.timer);
    return window.ticks.longest;
  });
  return { wall, cpu: trace && longestTask(JSON.parse(new TextDecoder().decode(trace)).traceEvents) };
}

/** Machines differ so much in speed, a loaded one in processor time too: bounds are that many times what is wanted. */
export const SLOWER = 3;

/** Fails where the page's own work kept the main thread for longer than a reader notices: 50 ms. */
export function staysFree({ cpu }) {
  if (cpu === undefined) return;
  assert(cpu > 0 && cpu <= 50 * SLOWER, `one task kept the main thread busy for ${cpu.toFixed(0)} ms`);
}

/** What `longestBlock` gives, in words. */
export const told = ({ wall, cpu }) =>
  `longest block ${wall.toFixed(0)} ms by the clock${cpu === undefined ? "" : `, ${cpu.toFixed(0)} ms of processor time`}`;

/** Longest task of any page's main thread, by thread time, in ms. */
function longestTask(events) {
  const threads = events.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain");
  const isMain = ({ pid, tid }) => threads.some((thread) => thread.pid === pid && thread.tid === tid);
  const tasks = events.filter((event) => event.ph === "X" && event.name.endsWith("RunTask") && isMain(event));
  return Math.max(...tasks.map(({ tdur }) => tdur ?? 0)) / 1000;
}
