// @ts-check
// What stands behind the # of an address: a place on the page (an element's id, #ch8), the choices of a state (name=value),
// or both, joined by &. Links gain and lose characters in messengers, mails and documents. What can be undone is undone;
// whether all of a link has arrived is told by its check, which stands in front, where no cut reaches it. What could not be
// read is given back as faults, clauses of one sentence to the reader. No DOM here.

/**
 * One choice: its default; its parser, which gives undefined for what it does not take; and, where a part of a value is
 * worth having, what finds that in a damaged one and says so.
 * @typedef {[standard: any, parse: (text: string) => any, salvage?: (text: string) => { value: any, fault: Fault }]} Property
 * @typedef {Record<string, Property>} Properties by name, which is the key in the link
 * @typedef {{ key: string, values?: Record<string, any> }} Fault a clause by its key in the page's words; so are other clauses
 */

/**
 * @typedef {object} Link
 * @property {string} place an element's id, or ""
 * @property {Record<string, any>} values of the choices that it sets
 * @property {Fault[]} faults
 */

const CHECK = "check";
const CODED = 4; // times that an address has been encoded on its way, at most
const SHOWN = 3; // pieces that a sentence names
// No value holds any of these: white space and invisible characters come from line breaks and editors, > from quoted mail.
const STRAY = /[\s+>\p{Cf}\p{Cc}]+/gu;
const ELLIPSIS = /(…|\.\.)\W*$/;
const TRACKER = /^(utm_\w+|\w*clid|igshid|mc_[ce]id)=/; // what mailers and networks append to every address

/** An address without, and what stands behind, its first #; that may have been encoded with the rest. @param {string} href */
export function split(href) {
  const [mark, at] = [/#|%(25)*23/.exec(href)?.[0] ?? "", href.search(/#|%(25)*23/)];
  return mark ? { before: href.slice(0, at), hash: href.slice(at + mark.length) } : { before: href, hash: "" };
}

/**
 * @param {string} place an element's id, or ""
 * @param {string} state name=value&…
 */
export const written = (place, state) => [place, `${CHECK}=${checksum(state)}`, state].filter(Boolean).join("&");

/**
 * @param {string} hash what stands behind the #, which may be there too
 * @param {Properties} properties
 * @param {(id: string) => boolean} [isPlace] whether the page has such an element
 * @returns {Link}
 */
export function readLink(hash, properties, isPlace = () => true) {
  const text = decoded(hash);
  const parts = text
    .replace(/[^\w-]+$/, "") // a bracket, a full stop, what stood after the link
    .split(/[&?#]+/)
    .filter((part) => part && !TRACKER.test(part));
  const isChoice = (/** @type {string} */ part) => Object.hasOwn(properties, part) && !isPlace(part); // its value is lost
  const place = parts.length && !parts[0].includes("=") && !isChoice(parts[0]) ? (parts.shift() ?? "") : "";
  const known = (/** @type {string} */ part) => Object.hasOwn(properties, nameAndText(part)[0]);
  const pieces = parts.filter((part) => !part.startsWith(`${CHECK}=`));
  const check = parts.find((part) => part.startsWith(`${CHECK}=`))?.slice(CHECK.length + 1);
  const fits = (/** @type {string[]} */ all) => checksum(all.join("&")) === check;
  const added = !fits(pieces) && fits(pieces.filter(known)); // by somebody on the way
  const cut = ELLIPSIS.test(text);
  const damaged = cut || (check !== undefined && !added && !fits(pieces));

  const { values, faults, unread } = readPieces(added ? pieces.filter(known) : pieces, properties, { cut, damaged });
  if (unread.length) faults.unshift(named(unread));
  if (damaged) faults.unshift({ key: "link_changed" });
  if (place && !isPlace(place)) faults.push({ key: "link_place", values: { place: short(place) } });
  return { place, values, faults };
}

/** @param {string[]} pieces @param {Properties} properties @param {{ cut: boolean, damaged: boolean }} state */
function readPieces(pieces, properties, { cut, damaged }) {
  /** @type {Record<string, any>} */
  const values = {};
  /** @type {Fault[]} */
  const faults = [];
  /** @type {string[]} */
  const unread = [];
  for (const [i, piece] of pieces.entries()) {
    const [name, text] = nameAndText(piece);
    const [, parse, salvage] =
      Object.hasOwn(properties, name) && text !== null ? properties[name] : [null, () => undefined];
    let value = parse(text ?? "");
    if (salvage && (damaged || value === undefined)) {
      const found = salvage(text ?? "");
      value = found.value;
      faults.push(found.fault);
    } else if (cut && i === pieces.length - 1)
      value = undefined; // the rest of a number is another number
    else if (value === undefined) unread.push(piece);
    if (value !== undefined) values[name] = value;
  }
  return { values, faults, unread };
}

/** @param {string} piece @returns {[string, string | null]} */
function nameAndText(piece) {
  const at = piece.indexOf("=");
  return at < 0 ? [piece, null] : [piece.slice(0, at), piece.slice(at + 1)];
}

/** @param {string[]} unread @returns {Fault} */
function named(unread) {
  const pieces = unread.slice(0, SHOWN).map(short).join(", ");
  const more = unread.length - SHOWN;
  return more > 0 ? { key: "link_unread_many", values: { pieces, more } } : { key: "link_unread", values: { pieces } };
}

/** @param {string} text */
const short = (text) => (text.length > 24 ? `${text.slice(0, 23)}…` : text);

/** @param {string} hash */
function decoded(hash) {
  let text = hash;
  for (let i = 0; i < CODED; i++)
    text = text.replace(/(%[0-9a-f]{2})+/gi, percent).replace(/&(amp;|#38;|#x26;)+/gi, "&");
  return text.replace(STRAY, "").replace(/^[#!/&]+/, "");
}

/** @param {string} run */
function percent(run) {
  try {
    return decodeURIComponent(run);
  } catch {
    return run; // a character was cut in two
  }
}

/** FNV-1a in digits and small letters, so that it survives a link written in small letters. @param {string} text */
function checksum(text) {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash.toString(36);
}
