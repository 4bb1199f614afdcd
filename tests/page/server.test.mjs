// @ts-check
// The static server: what it gives, and what it never gives.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { serve } from "../../xtask/server.mjs";

const parent = mkdtempSync(join(tmpdir(), "chailou-serve-"));
const folder = join(parent, "dist");
mkdirSync(join(folder, "pkg"), { recursive: true });
writeFileSync(join(parent, "secret.txt"), "outside");
writeFileSync(join(folder, "index.html"), "<!doctype html>");
writeFileSync(join(folder, "pkg", "a.wasm"), "\0asm");
writeFileSync(join(folder, "weights.safetensors"), "0");

const server = await serve(folder, { prefix: "/some/where/" });
after(async () => {
  await server.close();
  rmSync(parent, { recursive: true });
});

/** The answer to a request whose target is sent as it stands; fetch would tidy it up first. */
const ask = (target, method = "GET") =>
  new Promise((resolve, reject) => {
    const socket = createConnection(Number(new URL(server.origin).port), "127.0.0.1");
    let text = "";
    socket.on("data", (bytes) => (text += bytes));
    socket.on("error", reject);
    socket.on("close", () => resolve(text));
    socket.write(`${method} ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  });

test("a file comes with its type and is never cached", async () => {
  const response = await fetch(`${server.url}pkg/a.wasm?v=1`);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "application/wasm");
  assert.equal(response.headers.get("cache-control"), "no-store");
  assert.equal(await response.text(), "\0asm");
});

test("text and WebAssembly are gzipped for whoever takes that, weights are not", async () => {
  const sent = async (name) => (await fetch(`${server.url}${name}`)).headers.get("content-encoding");
  assert.equal(await sent("pkg/a.wasm"), "gzip");
  assert.equal(await sent("weights.safetensors"), null);
  assert.match(await ask("/some/where/pkg/a.wasm"), /\r\n\r\n\0asm$/);
});

test("a folder is its index.html", async () => {
  assert.equal(await (await fetch(server.url)).text(), "<!doctype html>");
});

test("a target never leaves the folder", async () => {
  for (const target of [
    "/some/where/../../secret.txt",
    "/some/where/../secret.txt",
    "/some/where/%2e%2e/secret.txt",
    "/some/where/pkg/../../secret.txt",
    "/some/where//etc/passwd",
    "/index.html",
    "/some/where/%00",
    "/some/where/%",
    "/some/where/none.js",
  ])
    assert.match(await ask(target), /^HTTP\/1\.1 404 /, target);
});

test("HEAD sends no body, other methods are refused", async () => {
  assert.match(await ask("/some/where/pkg/a.wasm", "HEAD"), /^HTTP\/1\.1 200 .*\r\n\r\n$/s);
  assert.match(await ask("/some/where/", "POST"), /^HTTP\/1\.1 405 /);
});

test("every request is remembered with its status", async () => {
  const from = server.requests.length;
  await ask("/some/where/");
  await ask("/some/where/none.js");
  assert.deepEqual(server.requests.slice(from), [
    { path: "/some/where/", status: 200, bytes: 15 },
    { path: "/some/where/none.js", status: 404, bytes: 12 },
  ]);
});

test("a taken port is named, or the next one is taken instead", async (t) => {
  const port = Number(new URL(server.origin).port);
  await assert.rejects(serve(folder, { port }), new RegExp(`port ${port} is taken`));
  const said = t.mock.method(console, "error", () => {});
  const next = await serve(folder, { port, spare: 10 });
  await next.close();
  assert.equal(said.mock.calls[0].arguments[0], `port ${port} is taken`);
  assert.notEqual(next.origin, server.origin);
});
