// @ts-check
// Starts the two stock browsers headless with WebGPU on a software adapter, the same way for the
// tests, the screenshots and anyone who wants to look at the page from a machine without a GPU.

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import puppeteer from "puppeteer-core";

/**
 * Both browsers, in the order in which they are tested.
 * @type {("chromium" | "firefox")[]}
 */
export const BROWSERS = ["chromium", "firefox"];

const CANDIDATES = {
  chromium: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
  firefox: ["firefox-esr", "firefox"],
};

/** lavapipe, Mesa's Vulkan on the CPU: the adapter Firefox takes where there is no graphics card. */
const LAVAPIPE = [
  "/usr/share/vulkan/icd.d/lvp_icd.x86_64.json",
  "/usr/share/vulkan/icd.d/lvp_icd.aarch64.json",
  "/usr/share/vulkan/icd.d/lvp_icd.json",
];

// Everything but 127.0.0.1 is unreachable, so that a request that leaves the page's host fails too.
const CHROMIUM_ARGS = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
];
const CHROMIUM_WEBGPU_ARGS = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];
// Without these SwiftShader cannot hand a picture to the compositor: a page that presents to a WebGPU
// canvas loses its device (Device.readBack in www/device.js is the page's answer to that).
const CHROMIUM_VULKAN_ARGS = ["--enable-features=Vulkan", "--use-vulkan=swiftshader", "--use-angle=swiftshader"];

const FIREFOX_PREFS = {
  "gfx.webgpu.ignore-blocklist": true,
  "dom.webgpu.allow-adapter-software": true,
  "security.fileuri.strict_origin_policy": true, // as it is outside of puppeteer
  // Requests of the browser itself; the page makes none of them.
  "app.update.enabled": false,
  "browser.safebrowsing.malware.enabled": false,
  "browser.safebrowsing.phishing.enabled": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
};

function onPath(names) {
  for (const name of names)
    for (const dir of (process.env.PATH ?? "").split(delimiter))
      if (dir && existsSync(join(dir, name))) return join(dir, name);
  return undefined;
}

/** The browser's program, from $CHROMIUM or $FIREFOX, else from the PATH. */
export function executable(name) {
  const path = process.env[name.toUpperCase()] || onPath(CANDIDATES[name]);
  if (!path)
    throw new Error(`${name} is not installed: run \`cargo xtask setup --browsers\`, or set ${name.toUpperCase()}`);
  return path;
}

/**
 * Launches a browser and returns puppeteer's `browser`.
 * @param {"chromium"|"firefox"} name
 * @param {{webgpu?: boolean, vulkan?: boolean, dark?: boolean}} options webgpu: false gives a browser
 *   without it; vulkan lets Chromium's software adapter present to canvases
 */
export async function launch(name, { webgpu = true, vulkan = false, dark = false } = {}) {
  const runtime = mkdtempSync(join(tmpdir(), "chailou-runtime-"));
  const icd = process.env.VK_ICD_FILENAMES || LAVAPIPE.find(existsSync);
  const env = { ...process.env, XDG_RUNTIME_DIR: runtime, ...(icd && { VK_ICD_FILENAMES: icd }) };
  const browser = await puppeteer.launch(
    name === "firefox"
      ? {
          browser: "firefox",
          executablePath: executable(name),
          headless: true,
          protocolTimeout: 600_000,
          env,
          extraPrefsFirefox: {
            ...FIREFOX_PREFS,
            "dom.webgpu.enabled": webgpu,
            "ui.systemUsesDarkTheme": dark ? 1 : 0,
          },
        }
      : {
          browser: "chrome",
          executablePath: executable(name),
          headless: true,
          protocolTimeout: 600_000,
          env,
          args: [
            ...CHROMIUM_ARGS,
            ...(webgpu ? CHROMIUM_WEBGPU_ARGS : []),
            ...(vulkan ? CHROMIUM_VULKAN_ARGS : []),
            ...(dark ? ["--blink-settings=preferredColorScheme=0"] : []),
          ],
        },
  );
  browser.once("disconnected", () => rmSync(runtime, { recursive: true, force: true }));
  return browser;
}
