// @ts-check
// Points from a table: pasted as text, chosen or dropped as a file. The engine reads and checks it; whatever is wrong
// comes back as one sentence with a line number.
import { byId, bytes, h } from "../../lib/dom.js";
import { fileChooser, saveAs } from "../../lib/files.js";
import { lang, say } from "../../lib/words.js";

const LARGEST = 64e6; // bytes; a million points take about 20e6

/**
 * `use(table)` takes a table, text or bytes; `rebuilt()` gives the rebuilt points as one; `act(f)` runs it and shows a
 * failure. Gives a function that reads a table from a file.
 */
export function bindOwnPoints({ use, rebuilt, act }) {
  const text = /** @type {HTMLTextAreaElement} */ (
    h("textarea", {
      id: "toy-csv",
      rows: 5,
      spellcheck: "false",
      placeholder: "x, y\n0.3, 1.2\n0.4, 1.1",
      "data-testid": "toy-csv",
    })
  );
  const read = (/** @type {File} */ file) =>
    act(async () => {
      if (file.size > LARGEST)
        throw new Error(say("toy_csv_large", { size: bytes(file.size, lang()), most: bytes(LARGEST, lang()) }));
      await use(new Uint8Array(await file.arrayBuffer())); // the engine knows encodings that text() does not
    });
  const chooser = fileChooser({ testid: "toy-csv-file", multiple: false }, ([file]) => read(file));
  const button = (/** @type {Record<string, any>} */ props) =>
    h("button", { type: "button", class: "plain", ...props });
  byId("toy-table").replaceChildren(
    h("label", { for: "toy-csv", "data-i18n": "toy_csv_text" }),
    text,
    h(
      "div",
      { class: "toy-row" },
      button({ "data-testid": "toy-csv-use", "data-i18n": "toy_csv_use", onclick: () => act(() => use(text.value)) }),
      button({ "data-i18n": "toy_csv_file", onclick: () => chooser.click() }),
      button({
        "data-testid": "toy-csv-save",
        "data-i18n": "toy_csv_save",
        onclick: () => act(async () => saveAs("rebuilt.csv", await rebuilt(), "text/csv")),
      }),
      chooser,
    ),
  );
  return read;
}
