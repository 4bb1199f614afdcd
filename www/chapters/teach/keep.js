// @ts-check
// Taught models kept on this device, in IndexedDB: weights, drawings and what they built. They are sent nowhere; the
// browser may clear them with the site's data.

const NAME = "chailou-teach";
const STORE = "models";

const asked = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

async function open() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id", autoIncrement: true });
  return asked(request);
}

async function within(mode, work) {
  const database = await open();
  try {
    const transaction = database.transaction(STORE, mode);
    const done = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
    const result = await asked(work(transaction.objectStore(STORE)));
    await done;
    return result;
  } finally {
    database.close();
  }
}

/** All kept models, the newest first. */
export const kept = async () => (await within("readonly", (store) => store.getAll())).reverse();

/** Keeps {date, digit, step, drawings, pictures, weights}; gives its id. */
export const keep = (model) => within("readwrite", (store) => store.add(model));

export const forget = (id) => within("readwrite", (store) => store.delete(id));
