// @ts-check
// The one static file server: `cargo xtask serve` starts it for a reader, the end-to-end tests inside
// themselves, under a sub-path and with a record of every request, so that they can say what a page asked for.
// Like the usual static hosts it sends text and WebAssembly gzipped, other files as they are.
//
//     node xtask/server.mjs FOLDER [PORT]

import { readFile, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
};

const ZIPPED = [".html", ".js", ".mjs", ".css", ".json", ".wasm", ".svg"];
const zip = promisify(gzip);

/**
 * The file that a request's target names, under `prefix` and in `root`; nothing else has a name.
 * @param {string} target of the request's first line, such as /page/main.js?v=1
 */
async function find(root, prefix, target) {
  // Not by `new URL`, which makes another address of //host/path and of /../path.
  const path = decodeURIComponent(target.split(/[?#]/)[0]);
  if (!path.startsWith(prefix)) return undefined;
  const file = join(root, path.slice(prefix.length));
  if (file.includes("\0") || (file !== root && !file.startsWith(root + sep))) return undefined;
  const found = await stat(file);
  return found.isDirectory() ? join(file, "index.html") : file;
}

/** @typedef {{ status: number, type: string, body: string | Buffer, zipped?: boolean }} Answer */

/** @param {Pick<import("node:http").IncomingMessage, "method" | "url" | "headers">} request @returns {Promise<Answer>} */
async function answer(root, prefix, request) {
  const { method, url, headers } = request;
  if (method !== "GET" && method !== "HEAD") return { status: 405, type: "text/plain", body: "only GET and HEAD" };
  try {
    const file = await find(root, prefix, url);
    if (file) return await content(file, /\bgzip\b/.test(String(headers["accept-encoding"])));
  } catch {
    // An address that is none, or a file that is not there.
  }
  return { status: 404, type: "text/plain", body: "no such file" };
}

/** @param {string} file @param {boolean} unzips whether the asker takes gzip @returns {Promise<Answer>} */
async function content(file, unzips) {
  const kind = extname(file);
  const zipped = unzips && ZIPPED.includes(kind);
  const body = await readFile(file);
  return {
    status: 200,
    type: TYPES[kind] ?? "application/octet-stream",
    body: zipped ? await zip(body) : body,
    zipped,
  };
}

/**
 * Ways in which servers answer wrongly, for tests.
 * @type {Record<string, (right: Answer, root: string) => Answer | Promise<Answer>>}
 */
const AMISS = {
  html: (_, root) => content(join(root, "index.html"), false), // a single-page application's rule
  missing: () => ({ status: 404, type: "text/plain", body: "no such file" }),
  cut: (right) => ({ ...right, body: right.body.slice(0, right.body.length / 2), zipped: false }),
  text: (right) => ({ ...right, type: "text/plain" }),
};

/** @returns {Promise<boolean>} false where the port is taken */
function listen(server, port) {
  return new Promise((done, fail) => {
    const failed = (error) => (error.code === "EADDRINUSE" ? done(false) : fail(error));
    server.once("error", failed);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", failed);
      done(true);
    });
  });
}

/** Listens on this port or, where it is taken, on the first free one of the `spare` ports after it. */
async function listenNear(server, port, spare) {
  for (let at = port; at <= port + spare; at++) {
    if (await listen(server, at)) return;
    console.error(`port ${at} is taken`);
  }
  throw new Error(spare ? `port ${port} and the ${spare} after it are taken` : `port ${port} is taken`);
}

/**
 * Serves `folder` on 127.0.0.1 under `prefix` (a sub-path shows that the page's addresses are relative).
 * Port 0 is any free one. `headers` go with every answer: a test's security policy. `amiss` says by path how a file is
 * answered wrongly.
 * @param {string} folder
 * @param {{ prefix?: string, port?: number, spare?: number, headers?: Record<string, string>, amiss?: Record<string, string> }} options
 */
export async function serve(folder, { prefix = "/", port = 0, spare = 0, headers = {}, amiss = {} } = {}) {
  const root = resolve(folder);
  /** @type {{path: string, status: number, bytes: number}[]} */
  const requests = [];
  const server = createServer(async (request, response) => {
    const wrong = AMISS[amiss[request.url.slice(prefix.length)]];
    const { status, type, body, zipped } = wrong
      ? await wrong(await answer(root, prefix, { method: request.method, url: request.url, headers: {} }), root)
      : await answer(root, prefix, request);
    const bytes = Buffer.byteLength(body);
    requests.push({ path: request.url, status, bytes });
    response.writeHead(status, {
      "content-type": type,
      ...(zipped && { "content-encoding": "gzip" }),
      "content-length": bytes,
      "cache-control": "no-store",
      ...headers,
    });
    response.end(request.method === "HEAD" ? undefined : body);
  });
  await listenNear(server, port, spare);
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  const origin = `http://127.0.0.1:${address.port}`;
  return {
    origin,
    url: origin + prefix,
    requests,
    close() {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [folder, port = "8080"] = process.argv.slice(2);
  try {
    const { url } = await serve(folder, { port: Number(port), spare: 10 });
    console.log(`serving ${url} (stop with Ctrl-C)`);
  } catch (error) {
    console.error(`error: ${error.message}`);
    process.exitCode = 1;
  }
}
