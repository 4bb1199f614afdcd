// @ts-check
// A model among the files of a drop or a choice: the engine tells from their paths which belong together, what cannot be
// told is asked, and what is missing is said with what is there.
import { h } from "./dom.js";
import { pathOf } from "./files.js";
import { few, say } from "./words.js";

/** @typedef {import("../pkg/chailou.js").FoundModels} FoundModels */
/** @typedef {import("../pkg/chailou.js").ModelPaths} ModelPaths */
/**
 * @typedef {object} About what the reader is told of where a model came from
 * @property {string} folder
 * @property {string | null} scheduler the path of its scheduler_config.json
 * @property {string[]} others folders of models that were not taken
 */

/** What python is to do with weights of PyTorch's own. @param {string} name */
const conversion = (name) =>
  `python -c "import torch, safetensors.torch as s; s.save_file(torch.load('${name}', 'cpu', weights_only=True), 'diffusion_pytorch_model.safetensors')"`;

/** @param {NonNullable<FoundModels["missing"]>} missing */
export function missingSentence({ lack, name, folder, there, more }) {
  const contents = there.length ? say("own_there", { names: few(there, more) }) : "";
  const place = folder ? say("own_place", { folder }) : "";
  if (lack === "converted") return say("own_converted", { name, place, command: conversion(name) });
  return say(`own_lacks_${lack}`, { name, place, contents });
}

/**
 * The one model in `files`; of several the reader is asked by `choose`.
 * @param {File[]} files
 * @param {(paths: string[]) => FoundModels} find the engine's
 * @param {(candidates: ModelPaths[]) => Promise<ModelPaths>} choose
 */
export async function readModelFiles(files, find, choose) {
  const byPath = new Map(files.map((file) => [pathOf(file), file]));
  const { candidates, others, missing } = find([...byPath.keys()].sort());
  if (missing) throw new Error(missingSentence(missing));
  const { config, scheduler, weights, folder } = candidates.length > 1 ? await choose(candidates) : candidates[0];
  const text = (/** @type {string} */ path) => byPath.get(path).text();
  const bytes = async (/** @type {string} */ path) => new Uint8Array(await byPath.get(path).arrayBuffer());
  const parts = await Promise.all(weights.map(bytes));
  return {
    config: await text(config),
    scheduler: scheduler === null ? undefined : await text(scheduler),
    weights: parts.length === 1 ? parts[0] : parts,
    about: /** @type {About} */ ({ folder, scheduler, others }),
  };
}

/**
 * Asks which of several equal models is meant, by path; asked again, the question before is gone.
 * @param {import("./notices.js").Notices} notices
 * @returns {(candidates: ModelPaths[]) => Promise<ModelPaths>}
 */
export const whichModel = (notices) => (candidates) =>
  new Promise((resolve) => {
    const inOneFolder = candidates.every(({ folder }) => folder === candidates[0].folder);
    const answer = (/** @type {ModelPaths} */ candidate) => {
      notices.clear("which");
      resolve(candidate);
    };
    notices.ask("which", () => [
      h("p", {}, say("own_which")),
      h(
        "p",
        { class: "which" },
        candidates.map((candidate) =>
          h(
            "button",
            { type: "button", class: "plain", onclick: () => answer(candidate) },
            inOneFolder ? candidate.weights[0] : candidate.folder || candidate.config,
          ),
        ),
      ),
    ]);
  });
