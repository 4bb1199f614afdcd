// @ts-check
// Opens the processor in workers. The compiled module travels to them by message, so the wasm is fetched once; what
// only an engine in workers needs is fetched with the first.

/** Without a wish there is one worker a core, at most so many: memory is needed for each. */
const MOST = 8;

/** A worker with its own instance of `module`. @returns {Promise<Worker>} */
function start(module) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module", name: "chailou" });
    const fail = (reason) => {
      worker.terminate();
      reject(new Error(reason));
    };
    worker.onmessage = ({ data }) => (data.began ? resolve(worker) : fail(data.failed ?? data.stopped));
    worker.onmessageerror = () => fail("it sent what cannot be read");
    worker.onerror = (event) => {
      event.preventDefault();
      fail(event.message);
    };
    worker.postMessage({ module });
  });
}

/** Those that start; throws one sentence where none does. */
async function startAll(module, count) {
  let policy = "";
  const forbidden = (event) => {
    policy ||= event.effectiveDirective;
  };
  globalThis.addEventListener("securitypolicyviolation", forbidden);
  try {
    const started = await Promise.allSettled(Array.from({ length: count }, () => start(module)));
    const workers = started.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    if (workers.length) return workers;
    // A policy's violation is reported after the error that it causes.
    await new Promise((done) => setTimeout(done, 50));
    const [first] = started.flatMap((one) => (one.status === "rejected" ? [one.reason.message] : []));
    const reason = policy && `the page's Content-Security-Policy forbids it (${policy})`;
    throw new Error(`no worker could be started: ${reason || first || "the browser gives no reason"}`);
  } finally {
    globalThis.removeEventListener("securitypolicyviolation", forbidden);
  }
}

/** The engine's counterpart of the first worker, which the others help. @param {Worker[]} workers */
function conduct(workers) {
  const [conductor, ...helpers] = workers;
  const ports = helpers.map((helper) => {
    const { port1, port2 } = new MessageChannel();
    helper.postMessage({ help: port1 }, [port1]);
    return port2;
  });
  return new Promise((resolve, reject) => {
    const fail = (reason) => {
      for (const worker of workers) worker.terminate();
      reject(new Error(`no engine could be opened in a worker: ${reason}`));
    };
    conductor.onmessage = ({ data }) => (data.made ? resolve(data.value) : fail(data.stopped));
    conductor.onerror = (event) => fail(event.message || "the browser gives no reason");
    conductor.postMessage({ conduct: ports }, ports);
  });
}

/**
 * Called from Rust by Engine.open.
 * @param {WebAssembly.Module} module
 * @param {number | undefined} count
 * @param {import("./easel.js").Drawing} drawing
 */
export async function openWorkers(module, count, drawing) {
  const wanted = count ?? Math.min(navigator.hardwareConcurrency || 1, MOST);
  const files = Promise.all([import("./link.js"), import("./remote.js")]);
  const workers = await startAll(module, wanted);
  const [{ Link }, { counterpart }] = await files;
  const engine = await conduct(workers);
  const link = new Link(workers, (made) => counterpart(link, drawing, made));
  return link.counterpart(engine);
}
