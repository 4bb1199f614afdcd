// Points from a table: pasted as text, chosen or dropped as a file. The engine reads and checks it; whatever is wrong
// comes back as one sentence with a line number.
import { byId, bytes, h } from "../../lib/dom.js";
import { lang, say } from "../../lib/words.js";

const LARGEST = 64e6; // bytes; a million points take about 20e6

/** `use(text)` takes a table; `act(f)` runs it and shows a failure. Gives a function that reads a table from a file. */
export function bindOwnPoints({ use, act }) {
  const text = h("textarea", {
    id: "toy-csv",
    rows: 5,
    spellcheck: "false",
    placeholder: "x, y\n0.3, 1.2\n0.4, 1.1",
    "data-testid": "toy-csv",
  });
  const input = h("input", {
    type: "file",
    hidden: true,
    accept: ".csv,.tsv,.txt,text/*",
    "data-testid": "toy-csv-file",
  });
  const read = (file) =>
    act(async () => {
      if (file.size > LARGEST)
        throw new Error(say("toy_csv_large", { size: bytes(file.size, lang()), most: bytes(LARGEST, lang()) }));
      await use(await file.text());
    });
  input.addEventListener("change", () => {
    if (input.files[0]) read(input.files[0]);
    input.value = "";
  });
  byId("toy-table").replaceChildren(
    h("label", { for: "toy-csv", "data-i18n": "toy_csv_text" }),
    text,
    h(
      "div",
      { class: "toy-row" },
      h("button", {
        type: "button",
        class: "plain",
        "data-testid": "toy-csv-use",
        "data-i18n": "toy_csv_use",
        onclick: () => act(() => use(text.value)),
      }),
      h("button", { type: "button", class: "plain", "data-i18n": "toy_csv_file", onclick: () => input.click() }),
      input,
    ),
  );
  return read;
}

/** Files dropped anywhere on `section`. */
export function bindDrop(section, onFiles) {
  const isFile = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  for (const type of ["dragenter", "dragover"])
    section.addEventListener(type, (event) => {
      if (!isFile(event)) return;
      event.preventDefault();
      section.classList.add("over");
    });
  section.addEventListener(
    "dragleave",
    ({ relatedTarget }) => !section.contains(relatedTarget) && section.classList.remove("over"),
  );
  section.addEventListener("drop", (event) => {
    if (!isFile(event)) return;
    event.preventDefault();
    section.classList.remove("over");
    onFiles([...event.dataTransfer.files]);
  });
}
