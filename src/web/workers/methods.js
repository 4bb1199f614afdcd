// @ts-check
// What the package's classes can be asked, for both ends of a link: the methods of an object that lives in a worker.

/**
 * @typedef {object} Methods
 * @property {string[]} fixed answer always the same, without waiting: the answer comes with the object
 * @property {string[]} changing answer without waiting: the answer comes with every reply
 * @property {string[]} asked are called in the worker; the answer is awaited
 * @property {string[]} told are called in the worker; nobody waits, and where they fail the next awaited call does
 */

/** @type {Record<string, Methods>} */
export const METHODS = {
  Engine: { fixed: ["adapter"], changing: [], asked: ["loadModel", "newModel", "peak"], told: [] },
  Model: {
    fixed: ["config", "scheduler", "parameterCount", "taps"],
    changing: [],
    asked: ["predict", "chain", "trainer", "bench", "benchKernels", "tuneNext", "save"],
    told: [],
  },
  Chain: {
    fixed: ["length", "table", "shape"],
    changing: ["position", "done", "t"],
    asked: ["step", "read"],
    told: [],
  },
  Trainer: {
    fixed: ["parameters"],
    changing: ["position", "memory"],
    asked: ["step", "losses", "lossByT", "undo", "checkpoint", "restore"],
    told: ["replaceData", "setLearningRate"],
  },
};
