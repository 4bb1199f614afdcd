// A place to drop files on, with a button for those who choose instead.
import { h } from "../../lib/dom.js";

export function dropZone(zone, { testid, accept, open }) {
  const input = h("input", { type: "file", multiple: true, hidden: true, accept, "data-testid": testid });
  input.addEventListener("change", () => {
    const files = [...input.files];
    input.value = "";              // the same file may be chosen again
    open(files);
  });
  zone.append(h("button", { type: "button", class: "plain", "data-i18n": "choose_files", onclick: () => input.click() }), input);
  for (const type of ["dragenter", "dragover"]) zone.addEventListener(type, (event) => {
    event.preventDefault();
    zone.classList.add("over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    open([...event.dataTransfer.files]);
  });
}
