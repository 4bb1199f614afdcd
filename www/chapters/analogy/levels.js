// @ts-check
// The levels of the game, apart from it: a link is read before the game is loaded.

/** One step back among three walks, one jump back among all towers, one step back among three pasts of one picture. */
export const LEVELS = ["step", "jump", "pasts"];
