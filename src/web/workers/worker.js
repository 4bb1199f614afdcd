// @ts-check
// A worker with its own instance of the package's wasm. One of them, the conductor, has the engine and its objects and
// does what the main thread asks of them (link.js is the other end); the others help it by computing shares of a batch.

// @ts-expect-error: the package's own module, beside whose folder of snippets wasm-bindgen puts it
import { Chain, Engine, Helper, initSync, Model, Trainer } from "../../../../../chailou.js";
import { METHODS } from "./methods.js";

const CLASSES = Object.entries({ Engine, Model, Chain, Trainer });
/** Objects by their numbers; the engine is 0. @type {Map<number, any>} */
const objects = new Map();
/** What went wrong in a call that nobody waits for, by the object. @type {Map<number, Error>} */
const faults = new Map();
/** The end of what is under way, by the object. @type {Map<number, Promise<void>>} */
const busy = new Map();
let known = 0;

const global = /** @type {any} */ (globalThis);
const send = (message, moved = []) => global.postMessage(message, moved);

/** Each answer or, where there is none, why. */
function answers(object, names) {
  const answer = (name) => {
    try {
      return { value: object[name]() };
    } catch (error) {
      return { error: error.message };
    }
  };
  return Object.fromEntries(names.map((name) => [name, answer(name)]));
}

const kindOf = (value) => CLASSES.find(([_, Class]) => value instanceof Class)?.[0];

/** A result as it can be sent: an object of the package stays here and is known by its number from now on. */
function sendable(value) {
  const kind = kindOf(value);
  if (!kind) return { value, moved: ArrayBuffer.isView(value) ? [value.buffer] : [] };
  const number = known++;
  objects.set(number, value);
  const { fixed, changing } = METHODS[kind];
  return { value: { number, kind, answers: answers(value, [...fixed, ...changing]) }, made: true, moved: [] };
}

/** The state of an object, where it is still there. */
function changing(number) {
  const object = objects.get(number);
  return object && answers(object, METHODS[kindOf(object)].changing);
}

/** Takes out what an earlier call that nobody waited for has failed with. */
function fault(number) {
  const error = faults.get(number);
  faults.delete(number);
  return error;
}

/** Frees an object when the calls of it that are under way have ended. */
async function free(number) {
  const object = objects.get(number);
  objects.delete(number);
  await busy.get(number);
  busy.delete(number);
  object?.free();
}

async function call({ call, number, method, args, listeners, told }) {
  const object = objects.get(number);
  for (const [at, key] of listeners)
    args[at][key] = (...heard) => {
      send({ call, key, heard });
    };
  try {
    const earlier = !told && fault(number);
    if (earlier) throw earlier;
    const { value, made, moved } = sendable(await object[method](...args));
    send({ call, value, made, changing: changing(number) }, moved);
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) return stop(error);
    if (told) faults.set(number, error);
    send({ call, error: error.message ?? String(error), changing: changing(number) });
  }
}

/** Why Rust gave up; its hook for panics writes that to the console and nowhere else. */
let panic = "";
const { error: complain } = console;
console.error = (...words) => {
  panic ||= /^panicked at .*\n(.*)/.exec(words[0])?.[1] ?? "";
  complain(...words);
};

/** The wasm is in no state to go on. Without a panic it ends itself only where it gets no memory. */
function stop(error) {
  const silent = error instanceof WebAssembly.RuntimeError && !panic;
  send({ stopped: panic || (silent ? "there is no more memory" : error?.message || String(error)) });
  close();
}

/** Computes shares for the conductor at the other end of `port`. @param {MessagePort} port */
function help(port) {
  const helper = new Helper();
  port.onmessage = ({ data }) => {
    const answer = helper.handle(data);
    if (answer) port.postMessage(answer, helper.transfers(answer));
  };
}

/** @param {MessagePort[]} ports */
function conduct(ports) {
  send(sendable(Engine.inThread(ports)));
}

function begin(module) {
  try {
    initSync({ module });
    send({ began: true });
  } catch (error) {
    send({ failed: error.message });
  }
}

/** What was asked for at one time begins at one time. */
function beginCalls(calls) {
  for (const asked of calls) {
    const { method, number } = asked;
    if (method === "free") {
      free(number);
      continue;
    }
    const ended = Promise.all([busy.get(number), call(asked)]).then(() => {});
    busy.set(number, ended);
  }
}

global.onmessage = ({ data }) => {
  if (data.module) begin(data.module);
  else if (data.help) help(data.help);
  else if (data.conduct) conduct(data.conduct);
  else beginCalls(data);
};
global.onmessageerror = () => send({ failed: "a message to it could not be read" });
// A panic in what runs later reaches nobody else.
global.onerror = (_message, _file, _line, _column, error) => stop(error ?? _message);
global.onunhandledrejection = ({ reason }) => stop(reason);
