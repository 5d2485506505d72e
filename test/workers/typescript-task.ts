import { isMainThread } from 'node:worker_threads';

/** Whether this TypeScript source runs in a thread of its own. */
export function runsInWorker(expected: boolean): boolean {
  return isMainThread !== expected;
}
