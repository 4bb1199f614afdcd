// @ts-check
// The buttons that copy a link to this very moment: what the address bar would write, with the chapter that the reader is
// in and with what plays where it is. What no link can hold is said beside the button; where the browser does not let a
// page copy (it wants https, or a permission), the link stands there to be copied by hand.
import { h } from "./lib/dom.js";
import { plainButton } from "./lib/notices.js";
import { say } from "./lib/words.js";
import { clauses } from "./links.js";

/** @param {import("./page.js").Page} page @param {import("./address-bar.js").AddressBar} bar */
export function bindShare(page, bar) {
  const notices = page.notices("page-notices");
  document.addEventListener("click", async ({ target }) => {
    const button = target instanceof Element ? target.closest("button.share") : null;
    if (!button) return;
    const { values, lacks } = page.moment();
    const link = bar.address(chapterOf(button), values);
    const copied = await copy(link);
    notices.show("shared", { role: "status", beside: button }, () => [
      h("p", {}, say(copied ? "share_copied" : "share_by_hand"), opens(lacks)),
      copied ? null : field(link),
      plainButton("dismiss", () => notices.clear("shared")),
    ]);
    notices.reveal("shared");
    if (!copied) /** @type {HTMLElement} */ (document.querySelector(".share-field")).focus();
  });
  page.settings.addEventListener("change", () => notices.clear("shared")); // it spoke of the moment before
}

/** The chapter that the button belongs to, or for the page's own the one that the middle of the screen shows. @param {Element} button */
function chapterOf(button) {
  const all = [...document.querySelectorAll("[id^=ch]")].filter(({ id }) => /^ch\d+$/.test(id));
  const section = button.closest("section");
  const chapter = section
    ? all.find((each) => section.contains(each))
    : all.findLast((each) => each.getBoundingClientRect().top < innerHeight / 2);
  return (chapter ?? all[0]).id;
}

/** @param {string} link */
async function copy(link) {
  try {
    await navigator.clipboard.writeText(link);
    return true;
  } catch {
    return false;
  }
}

/** @param {string} link */
const field = (link) =>
  h("input", {
    class: "share-field",
    type: "text",
    readonly: true,
    value: link,
    "aria-label": say("share_link"),
    "data-testid": "share-field",
    onfocus: ({ target }) => target.select(),
  });

/** @param {import("./address.js").Fault[]} lacks */
const opens = (lacks) =>
  lacks.length ? say("share_opens_but", { lacks: clauses(lacks, say("share_and")) }) : say("share_opens");
