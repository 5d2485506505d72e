const DATABASE = 'answers';
const STORE = 'last';
const KEY = 'state';

/** The last answers as they were kept; undefined where there are none, or the browser keeps nothing. */
export async function readAnswers(): Promise<unknown> {
  return inStore('readonly', (store) => store.get(KEY)).catch(() => undefined);
}

/** Keeps answers. @throws where the browser keeps nothing. */
export async function writeAnswers(answers: unknown): Promise<void> {
  await inStore('readwrite', (store) => store.put(answers, KEY));
}

/** Removes what was kept: whoever comes next must not see it. */
export async function removeAnswers(): Promise<void> {
  await inStore('readwrite', (store) => store.clear()).catch(() => undefined);
}

async function inStore<T>(
  mode: IDBTransactionMode,
  use: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await opened();
  try {
    return await result(use(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

function opened(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return result(request);
}

function result<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('The browser keeps nothing'));
  });
}
