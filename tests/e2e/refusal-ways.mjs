// @ts-check
// How what is refused gets to the page: files chosen or dropped, text pasted, numbers typed, links opened, buttons pressed,
// and what only the page itself could bring.

/**
 * @typedef {object} Way
 * @property {string} control what the reader's hand is at; the sentence stands near it. "" for the address bar
 * @property {string} answer selector of the sentence
 * @property {(page: import("./page.mjs").Page) => Promise<unknown>} bring
 * @property {(page: import("./page.mjs").Page) => Promise<unknown>} [back] what the reader does then to have everything again
 */

const at = (/** @type {string} */ testid) => `[data-testid="${testid}"]`;
const chapterOf = (/** @type {string} */ testid) => /^(toy|teach)/.exec(testid)?.[0] ?? "";
const sentenceOf = (/** @type {string} */ testid, said = "error") =>
  at([chapterOf(testid), said].filter(Boolean).join("-"));
const coded = (/** @type {string | Uint8Array} */ bytes) => Buffer.from(bytes).toString("base64");

/** Files by name in a hidden field, as the browser's dialogue leaves them there. @returns {Way} */
export const chosen = (/** @type {string} */ testid, /** @type {Record<string, string | Uint8Array>} */ files) => ({
  control: at(testid),
  answer: sentenceOf(testid),
  bring: (page) =>
    page.evaluate(
      (testid, files) => {
        const transfer = new DataTransfer();
        for (const [name, text] of files)
          transfer.items.add(new File([Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0))], name));
        const input = /** @type {HTMLInputElement} */ (document.querySelector(`[data-testid="${testid}"]`));
        input.files = transfer.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      },
      testid,
      Object.entries(files).map(([name, bytes]) => [name, coded(bytes)]),
    ),
});

/** A tree of files dropped on an element, or on a chapter's whole section. @returns {Way} */
export const dropped = (/** @type {string} */ zone, /** @type {object} */ tree, said = "error") => ({
  control: zone === "toy" ? "#toy" : at(zone),
  answer: sentenceOf(zone, said),
  bring: (page) =>
    page.evaluate(
      (selector, tree) => {
        const entry = (path, content) => {
          if (typeof content === "string") {
            const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
            const file = new File([bytes], path.split("/").at(-1));
            return { isFile: true, fullPath: path, file: (give) => give(file) };
          }
          const inner = Object.entries(content).map(([name, inner]) => entry(`${path}/${name}`, inner));
          const portions = [inner, []];
          return {
            isFile: false,
            fullPath: path,
            createReader: () => ({ readEntries: (give) => give(portions.shift()) }),
          };
        };
        const items = Object.entries(tree).map(([name, inner]) => ({
          webkitGetAsEntry: () => entry(`/${name}`, inner),
        }));
        const event = new Event("drop", { bubbles: true, cancelable: true });
        document
          .querySelector(selector)
          .dispatchEvent(Object.assign(event, { dataTransfer: { types: ["Files"], items } }));
      },
      zone === "toy" ? "#toy" : at(zone),
      codedTree(tree),
    ),
});

const codedTree = (/** @type {object} */ tree) =>
  Object.fromEntries(
    Object.entries(tree).map(([name, inner]) => [
      name,
      typeof inner === "string" || inner instanceof Uint8Array ? coded(inner) : codedTree(inner),
    ]),
  );

/** A table written into chapter 8's field. @returns {Way} */
export const pasted = (/** @type {string} */ text) => ({
  control: at("toy-csv-use"),
  answer: at("toy-error"),
  bring: async (page) => {
    await page.evaluate((text) => {
      const field = /** @type {HTMLTextAreaElement} */ (document.querySelector("[data-testid=toy-csv]"));
      field.value = text;
    }, text);
    await page.press("toy-csv-use");
  },
});

/** @returns {Way} */
export const pressed = (/** @type {string} */ testid) => ({
  control: at(testid),
  answer: sentenceOf(testid),
  bring: (page) => page.press(testid),
});

/** What a field for a number does not take, one after another; the last of it stays until the field is left. @returns {Way} */
export const typed = (/** @type {string} */ testid) => ({
  control: `input${at(testid)}`,
  answer: `.field:has(input${at(testid)}) .field-wrong, input${at(testid)} + .field-wrong`,
  bring: (page) =>
    page.evaluate(
      (selector) => {
        const input = /** @type {HTMLInputElement} */ (document.querySelector(selector));
        const [low, high, whole] = [Number(input.min), Number(input.max), input.step === "1"];
        const beyond = [0, -1, 1e9, 1e300, ...(whole ? [low + 0.5] : [])].filter(
          (value) => value < low || value > high || (whole && !Number.isInteger(value)),
        );
        input.focus();
        for (const text of [...beyond.map(String), "", "ten"]) {
          input.value = text;
          for (const type of ["input", "change"]) input.dispatchEvent(new Event(type, { bubbles: true }));
          if (!document.querySelector(".field-wrong")) throw new Error(`“${text}” gets no sentence`);
        }
      },
      `input${at(testid)}`,
    ),
  back: (page) =>
    page.tab.$eval(`input${at(testid)}`, (input) => {
      /** @type {HTMLElement} */ (input).blur();
      input.dispatchEvent(new Event("input")); // what it was set back to is right, and nothing remains to be said
    }),
});

/** A link in the address bar, made from the page's own; the browser's way back then leads to the state before. @returns {Way} */
export const linked = (/** @type {(hash: string) => string} */ damage) => ({
  control: "",
  answer: at("link"),
  bring: async (page) => {
    const hash = damage(await page.evaluate(() => location.hash));
    await page.evaluate((hash) => {
      window.choicesBefore = chailou.toy.settings.hash();
      location.hash = hash;
    }, hash);
  },
  back: async (page) => {
    await page.evaluate(() => history.back());
    // the stage computes its way to the place where it stood, and would stop where it is if others computed meanwhile
    const stands = () => {
      const { settings } = chailou.toy;
      const { chain, busy, state } = chailou.stage;
      const there = chain && !busy && !state.playing && state.position === settings.get("at");
      return there && settings.hash() === window.choicesBefore;
    };
    await page.tab.waitForFunction(stands, { timeout: 60_000, polling: 100 });
  },
});

/** A checkpoint of chapter 8's own run, damaged, as it would come back after a lost device. @returns {Way} */
export const restored = (/** @type {"cut off" | "no numbers" | "a model"} */ damage) => ({
  control: at("toy-train"),
  answer: at("toy-error"),
  bring: (page) =>
    page.evaluate(
      (damage) =>
        chailou.toy.act(
          async () => {
            const { network } = chailou.toy.session;
            const whole = new Uint8Array(await (damage === "a model" ? network.save() : network.checkpoint()));
            if (damage === "no numbers") whole.fill(255, -64); // the last of the weights
            await network.restore(damage === "cut off" ? whole.slice(0, -9) : whole);
          },
          { beside: document.querySelector("[data-testid=toy-train]") },
        ),
      damage,
    ),
});

/** A model in the browser's storage, with drawings of its own, whose weights have suffered. @returns {Way} */
export const shelved = (/** @type {Uint8Array} */ weights) => ({
  control: `${at("teach-kept")} .plain`,
  answer: at("teach-error"),
  bring: (page) =>
    page.evaluate((text) => {
      const { shelf } = chailou.teach;
      const row = () => new Float32Array(784).fill(-1);
      const weights = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
      const pictures = new Float32Array(13 * 784);
      shelf.models = [{ id: 0, date: 0, digit: 7, step: 1, drawings: [row(), row()], pictures, weights }];
      shelf.render();
      /** @type {HTMLElement} */ (document.querySelector("[data-testid=teach-kept] .plain")).click();
    }, coded(weights)),
  back: (page) => page.evaluate(() => chailou.teach.shelf.refresh()),
});
