// Calm one-line notices above the stage: errors, a lost device, "this is a recording"; progress stands in the large
// picture, where the reader is waiting for something to appear. Each kind has one slot.
import { byId, h } from "../lib/dom.js";
import { say } from "../i18n/i18n.js";

const slots = new Map();

/** Shows what `render()` gives in the slot `name`; it is rendered again when the language changes. */
export function notice(name, { testid = name, kind = "plain", role = null, place = "notices" } = {}, render) {
  const element = h("div", { class: `notice notice-${kind}`, "data-testid": testid, role });
  element.append(...[render()].flat());
  const before = slots.get(name);
  if (before) before.element.replaceWith(element);
  else byId(place).append(element);
  slots.set(name, { element, render });
}

/** After a change of language. */
export function translateNotices() {
  for (const { element, render } of slots.values()) element.replaceChildren(...[render()].flat());
}

export function clear(name) {
  slots.get(name)?.element.remove();
  slots.delete(name);
}

/** An error as one sentence that stays until it is dismissed or something succeeds. */
export function showError(error) {
  if (slots.has("lost")) return; // everything fails then, and that notice has the remedy
  const message = (error?.message ?? String(error)).trim();
  notice("error", { kind: "error", role: "alert" }, () => [
    h("p", {}, say("failed", { message })),
    plainButton("dismiss", () => clear("error")),
  ]);
}

export const plainButton = (key, onclick) => h("button", { type: "button", class: "plain", onclick }, say(key));

/**
 * Progress that appears after half a second and can be cancelled after two. update(text, done, total) with total = 0
 * shows an indeterminate bar; end() takes it away.
 */
export function progress(name, onCancel) {
  let text = "",
    done = 0,
    total = 0,
    shown = null,
    cancellable = false;
  const draw = () => {
    if (!shown) return;
    shown.text.textContent = text;
    if (total) {
      shown.bar.max = total;
      shown.bar.value = done;
    } else shown.bar.removeAttribute("value");
    shown.cancel.hidden = !cancellable;
  };
  const show = setTimeout(() => {
    shown = {
      text: h("p"),
      bar: h("progress", { "aria-label": say("loading_engine") }),
      cancel: plainButton("cancel", onCancel),
    };
    notice(name, { testid: "progress", kind: "progress", place: "curtain" }, () => [
      shown.text,
      shown.bar,
      shown.cancel,
    ]);
    draw();
  }, 500);
  const allow = setTimeout(() => {
    cancellable = Boolean(onCancel);
    draw();
  }, 2000);
  return {
    update(newText, newDone = 0, newTotal = 0) {
      [text, done, total] = [newText, newDone, newTotal];
      draw();
    },
    end() {
      clearTimeout(show);
      clearTimeout(allow);
      if (shown) clear(name);
      shown = null;
    },
  };
}
