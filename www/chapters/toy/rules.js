// @ts-check
// Warnings about settings that will not converge, each with its reason. A rule gives the key of its sentence and the
// numbers in it; the sentences are in words.js.
//
// Adam divides each gradient by its own running size, so a step moves a weight by about the learning rate whatever the
// loss is. That makes two of the rules arithmetic: how far a weight can get in all, and how large one step is against
// the weights themselves (a linear layer of fan-in n begins with weights within ±1/√n).

/**
 * Gives [{key, values}].
 * @param {Record<string, any>} choices the toy_ settings without prefix
 * @param {number} count of points
 */
export function warnings({ width, lr, batch, steps, objective, prediction, importance, depth }, count) {
  const found = [];
  const warn = (key, values = {}) => found.push({ key, values });
  if (objective === "naive" && prediction !== "epsilon") warn("toy_warn_naive_prediction"); // refused: eq. 11 speaks of ε only
  const weight = 1 / Math.sqrt(width);
  if (lr > 0.4 * weight) warn("toy_warn_lr_high", { lr, weight: weight.toPrecision(2) });
  const way = steps ? (lr * steps) / 2 : Infinity; // the cosine halves it
  if (way < 2 * weight) warn("toy_warn_lr_low", { way: way.toPrecision(2) });
  else if (steps && steps < 300) warn("toy_warn_steps", { steps });
  if (batch < 32) warn("toy_warn_batch", { batch });
  if (width < 16) warn("toy_warn_width", { width });
  if (depth > 6) warn("toy_warn_depth", { depth });
  if (objective === "naive") warn("toy_warn_naive");
  if (objective === "vlb" && !importance) warn("toy_warn_vlb");
  if (count === 1) warn("toy_warn_one_point");
  else if (count > 1 && count <= 60) warn("toy_warn_few", { count });
  return found;
}

/** What makes training impossible rather than unwise: the key of a sentence, or null. */
export function obstacle({ objective = "", prediction = "" }, count) {
  if (count === 0) return "toy_no_points";
  return objective === "naive" && prediction !== "epsilon" ? "toy_warn_naive_prediction" : null;
}
