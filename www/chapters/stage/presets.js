// @ts-check
// The page's own models, by the names that stand in links: where its files lie, what is set when it comes onto the stage, and
// real pictures of what it builds. Nothing of a model is fetched before somebody asks for it.
import { ModelFolder } from "./model-folder.js";
import { realTowers } from "./real-towers.js";
import { testDigits } from "./test-digits.js";

/** Guided, and so not clipped: clipping takes back what guidance adds, see assets/models/mnist/README.md. */
const GUIDED = { sampler: "ddim", sigma: "beta_tilde", eta: 0, spacing: "leading", clip: false };

/**
 * @typedef {object} Preset
 * @property {ModelFolder} folder
 * @property {Record<string, any>} usual settings
 * @property {() => Promise<import("./pictures.js").Pictures>} real
 */

/** @type {Record<string, Preset>} */
export const PRESETS = {
  digits: {
    folder: new ModelFolder("assets/models/mnist"),
    usual: { digit: "3", guidance: 2, ...GUIDED },
    real: testDigits,
  },
  towers: {
    folder: new ModelFolder("assets/models/towers"),
    usual: { digit: "7", guidance: 3, ...GUIDED }, // a roof shows at w = 3, see its README.md
    real: realTowers,
  },
};
