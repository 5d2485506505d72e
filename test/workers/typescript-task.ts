import { isMainThread } from 'node:worker_threads';

/** Returns whether this TypeScript source runs in its own thread. */
export function runsInWorker(expected: boolean): boolean {
  return isMainThread !== expected;
}
