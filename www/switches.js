// @ts-check
// The three switches of the masthead. Language and notation are part of the link; light or dark is the reader's own
// taste and is remembered on this device instead.
import { byId } from "./lib/dom.js";
import { say } from "./lib/words.js";

const THEMES = ["auto", "light", "dark"];
const KEY = "chailou:theme";

const stored = () => {
  try {
    return THEMES.find((theme) => theme === localStorage.getItem(KEY)) ?? "auto";
  } catch {
    return "auto"; // storage may be forbidden
  }
};

/** `onLanguage` redraws whatever is composed from strings. */
export function bindSwitches(settings, onLanguage) {
  const root = document.documentElement;
  let theme = stored();
  const show = () => {
    root.dataset.notation = settings.get("notation");
    byId("notation").title = say(`notation_${settings.get("notation")}_title`);
    if (theme === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme;
    byId("theme-name").textContent = say(`theme_${theme}`);
    byId("theme").setAttribute("aria-label", `${say("theme")}: ${say(`theme_${theme}`)}`);
  };
  byId("lang").addEventListener("click", () => settings.set({ lang: settings.get("lang") === "zh" ? "en" : "zh" }));
  byId("notation").addEventListener("click", () =>
    settings.set({ notation: settings.get("notation") === "su" ? "ho" : "su" }),
  );
  byId("theme").addEventListener("click", () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      /* then it holds for this visit only */
    }
    show();
  });
  settings.addEventListener("change", ({ names }) => {
    if (names.has("lang")) onLanguage();
    if (names.has("lang") || names.has("notation")) show();
  });
  show();
}
