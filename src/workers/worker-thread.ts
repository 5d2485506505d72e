/** Request to a worker to call an exported function of a module. */
export interface WorkerRequest {
  readonly id: number;
  /** URL of the module. */
  readonly module: string;
  readonly name: string;
  readonly args: readonly unknown[];
}

/** Answer of a worker: the value, or a copy of the error. */
export type WorkerReply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: CopiedError };

export interface CopiedError {
  readonly message: string;
  readonly code?: string;
  readonly path?: readonly (string | number)[];
  readonly hint?: string;
}

/** One thread, of Node or of a browser. */
export interface WorkerThread {
  post(request: WorkerRequest): void;
  /** Sets whether the thread keeps the process alive, where the platform has such a setting. */
  keepAlive(busy: boolean): void;
  terminate(): void;
}

export interface WorkerEvents {
  onReply(reply: WorkerReply): void;
  /** The thread has died, or could not start. */
  onFailure(error: unknown): void;
}

/**
 * Worker code that calls the function and copies the properties of an error that a structured clone would lose.
 * Shared by both kinds of workers.
 */
const ANSWER = `
async function answer({ id, module, name, args }) {
  let found = false;
  try {
    const loaded = await import(module);
    // CommonJS exports are all under 'default', some of them only there.
    const work = loaded[name] ?? loaded.default?.[name];
    found = typeof work === 'function';
    if (!found) throw new Error(module + ' exports no function ' + name);
    return { id, value: await work(...args) };
  } catch (error) {
    const { message = String(error), code, path, hint } = error ?? {};
    return { id, error: found ? { message, code, path, hint } : { message, code: 'missing-dependency', path: [] } };
  }
}`;

/** TypeScript sources, in tests and examples, need tsx, which a thread does not inherit. */
const NODE_SOURCE = `${ANSWER}
const { parentPort } = require('node:worker_threads');
let typescript;
function prepare(module) {
  if (module.endsWith('.ts')) typescript ??= import('tsx/esm/api').then((tsx) => tsx.register(), () => {});
  return typescript;
}
parentPort.on('message', async (request) => {
  await prepare(request.module);
  parentPort.postMessage(await answer(request));
});`;

const WEB_SOURCE = `${ANSWER}
self.onmessage = async (event) => self.postMessage(await answer(event.data));`;

/**
 * Starts a thread whose whole source is in this package, so that no file has to be found; the modules it loads are named
 * by URL in each request. Returns undefined where there are no workers.
 */
export async function startWorker(events: WorkerEvents): Promise<WorkerThread | undefined> {
  if (globalThis.process?.versions?.node !== undefined) return startNodeWorker(events);
  if (typeof Worker === 'function') return startWebWorker(events);
  return undefined;
}

async function startNodeWorker(events: WorkerEvents): Promise<WorkerThread> {
  const { Worker: NodeWorker } = await import('node:worker_threads');
  const worker = new NodeWorker(NODE_SOURCE, { eval: true });
  worker.on('message', (reply) => events.onReply(reply));
  worker.on('error', (error) => events.onFailure(error));
  worker.on('exit', () => events.onFailure(new Error('The worker has ended')));
  worker.unref();
  return {
    post: (request) => worker.postMessage(request),
    keepAlive: (busy) => (busy ? worker.ref() : worker.unref()),
    terminate: () => void worker.terminate(),
  };
}

function startWebWorker(events: WorkerEvents): WorkerThread {
  const url = URL.createObjectURL(new Blob([WEB_SOURCE], { type: 'text/javascript' }));
  const worker = new Worker(url, { type: 'module' });
  worker.onmessage = (event) => events.onReply(event.data);
  worker.onerror = (event) => events.onFailure(event.error ?? new Error(event.message));
  return {
    post: (request) => worker.postMessage(request),
    keepAlive: () => {},
    terminate: () => {
      worker.terminate();
      URL.revokeObjectURL(url);
    },
  };
}

/** Number of threads that the machine can run in parallel; 1 if unknown. */
export function availableThreads(): number {
  return globalThis.navigator?.hardwareConcurrency ?? nodeThreads();
}

function nodeThreads(): number {
  const load = globalThis.process?.getBuiltinModule;
  return load ? load('node:os').availableParallelism() : 1;
}
