// @ts-check
// What of the chapter no link can hold, as clauses of a sentence.
import { MOST_IN_LINK, beyondLink } from "./link.js";

/** @typedef {import("../../address.js").Fault} Clause */

/**
 * @param {{ dataset: { own: boolean, count: number, points: Float32Array }, session: { step: number, fromFiles: boolean } }} toy
 * @returns {Clause[]}
 */
export function unshared({ dataset, session }) {
  const { own, count, points } = dataset;
  const far = beyondLink(points);
  /** @type {Clause[]} */
  const clauses = [];
  if (own && count > MOST_IN_LINK) clauses.push({ key: "unshared_points", values: { count } });
  else if (own && far) clauses.push({ key: "unshared_far", values: { count: far } });
  if (session.step) clauses.push({ key: "unshared_training" });
  else if (session.fromFiles) clauses.push({ key: "unshared_network" });
  return clauses;
}
