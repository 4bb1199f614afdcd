// What is done with an address that nobody vouches for. Of a link that was written here and damaged on its way, the page
// opens the sender's state or says that something could not be read; of any other text it opens what it can. Never a quiet
// mix. fuzz/guided.mjs looks for input that breaks this, tests/page/links-fuzzed.test.mjs runs over what it has kept.
import { readLink, split, written } from "../www/address.js";
import { PROPERTIES } from "../www/chapters/list.js";
import { SHARED } from "../www/lib/words.js";
import { Settings } from "../www/settings.js";

const ALL = Object.assign(
  { lang: ["en", oneOfTwo("zh", "en")], notation: ["su", oneOfTwo("su", "ho")] },
  ...PROPERTIES,
);
const SENT = [
  "",
  "lang=en&seed=7&steps=20&sampler=ddpm&notation=ho",
  "lang=zh&digit=4&guidance=3.5&mode=many&at=12",
  "lang=en&toy=own&toy_points=AAABAAABAAABAAAB&toy_steps=500",
].map((text) => written("", new Settings(PROPERTIES, text).hash()));
const MARKS = "%23 &amp; %26 %2526 + # = ) … \u200b &utm_source=x 1e999 NaN -1 &check= check= ch8 ? .. %E5 >"
  .split(" ")
  .concat(" ", "\n");

const isPlace = (/** @type {string} */ id) => ["stage", "ch0", "ch8", "ch9"].includes(id);

function oneOfTwo(...values) {
  return (text) => (values.includes(text) ? text : undefined);
}

/** Numbers and text, taken from the front of some bytes; zeros when they are used up. */
class Taker {
  #at = 0;

  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = bytes;
  }

  /** Below `limit`. @param {number} limit */
  below(limit) {
    const [low = 0, high = 0] = this.bytes.subarray(this.#at, this.#at + 2);
    this.#at += 2;
    return (low + 256 * high) % Math.max(1, limit);
  }

  /** At most so many bytes of text. @param {number} most */
  text(most) {
    const part = this.bytes.subarray(this.#at, this.#at + most);
    this.#at += most;
    return new TextDecoder().decode(part);
  }
}

/** @param {Taker} take @param {string} link */
function damaged(take, link) {
  let text = link;
  for (let i = take.below(5); i > 0; i--) {
    const at = take.below(text.length + 1);
    const end = at + (take.below(4) ? take.below(6) : 0);
    text = text.slice(0, at) + (take.below(2) ? MARKS[take.below(MARKS.length)] : take.text(3)) + text.slice(end);
  }
  return text;
}

const state = ({ values }) => JSON.stringify(Object.entries(values).sort());

/** @param {Uint8Array} bytes */
export function links(bytes) {
  const take = new Taker(bytes);
  if (take.below(4) === 0) {
    const { values, faults } = readLink(take.text(4096), ALL, isPlace);
    for (const name in values) if (!Object.hasOwn(ALL, name)) throw new Error(`a choice of nobody: ${name}`);
    for (const { key } of faults)
      if (!Object.hasOwn(SHARED, key)) throw new Error(`a fault without a sentence: ${key}`);
    return;
  }
  const sent = SENT[take.below(SENT.length)];
  const expected = readLink(sent, ALL);
  if (expected.faults.length) throw new Error(`our own link has faults: ${sent}`);
  const { hash } = split(damaged(take, `https://example.org/lesson/#${sent}`));
  const got = readLink(hash, ALL, isPlace);
  const checked = /(^|[&?#])check=/.test(hash);
  if (checked && state(got) !== state(expected) && !got.faults.length)
    throw new Error(`a quiet mix: ${JSON.stringify(hash)} gives ${state(got)}`);
}
