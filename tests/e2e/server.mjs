// A static file server for dist/ on 127.0.0.1 that remembers every request, so that the tests can say
// which files a page asked for.

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize, sep } from "node:path";

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

/**
 * Serves `root` under `prefix` (a sub-path shows that the page's addresses are relative).
 * @returns {Promise<{url: string, origin: string, requests: {path: string, status: number}[], close(): Promise<void>}>}
 */
export async function serve(root, prefix = "/") {
  const requests = [];
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://127.0.0.1").pathname);
    const answer = (status, body = "", type = "text/plain") => {
      requests.push({ path, status });
      response.writeHead(status, { "content-type": type, "cache-control": "no-store" }).end(body);
    };
    if (!path.startsWith(prefix)) return answer(404, "outside the served prefix");
    const relative = path.slice(prefix.length) || "index.html";
    const file = normalize(join(root, relative.endsWith("/") ? `${relative}index.html` : relative));
    if (!file.startsWith(root + sep)) return answer(403, "outside the served folder");
    try {
      answer(200, await readFile(file), TYPES[extname(file)] ?? "application/octet-stream");
    } catch {
      answer(404, "no such file");
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  return {
    origin,
    url: origin + prefix,
    requests,
    close: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))),
  };
}
