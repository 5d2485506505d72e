import {
  type DehydratedState,
  dehydrate,
  hydrate,
  type Query,
  type QueryClient,
} from '@tanstack/react-query';
import { ANSWERS_MS } from '../api/query-client.js';

const DATABASE = 'answers';
const STORE = 'last';
const KEY = 'state';
const SAVE_PAUSE_MS = 1_000;

interface SavedAnswers {
  readonly savedAt: number;
  readonly state: DehydratedState;
}

/** Puts back the answers of the last visit, and keeps those of this one as they come. */
export async function keepAnswers(client: QueryClient): Promise<void> {
  const saved = await read().catch(() => undefined);
  if (saved && Date.now() - saved.savedAt < ANSWERS_MS) hydrate(client, saved.state);
  let timer: ReturnType<typeof setTimeout> | undefined;
  client.getQueryCache().subscribe(({ type }) => {
    if (type !== 'updated') return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      // Without storage there are no answers offline; everything else works.
      write({ savedAt: Date.now(), state: dehydrate(client, { shouldDehydrateQuery }) }).catch(
        () => undefined,
      );
    }, SAVE_PAUSE_MS);
  });
}

/** Answers of the server are kept; what was read of a file of the person is not. */
function shouldDehydrateQuery({ state, meta }: Query): boolean {
  return state.status === 'success' && meta?.['isPrivate'] !== true;
}

/** Removes what was kept: whoever comes next must not see it. */
export async function forgetAnswers(client: QueryClient): Promise<void> {
  client.clear();
  await inStore('readwrite', (store) => store.clear()).catch(() => undefined);
}

function read(): Promise<SavedAnswers | undefined> {
  return inStore('readonly', (store) => store.get(KEY));
}

async function write(answers: SavedAnswers): Promise<void> {
  await inStore('readwrite', (store) => store.put(answers, KEY));
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
