import { type GuardedStore, UNAVAILABLE } from './guarded-store.js';

/** First and longest pause of waiting processes between looks for the value; pauses grow. */
const FIRST_POLL_MS = 10;
const LAST_POLL_MS = 200;
/** Lease times after which a computation loses its claim, as it may hang. */
const MAX_RENEWALS = 36;

export interface SharedComputation<T> {
  readonly store: GuardedStore;
  readonly leaseKey: string;
  readonly leaseMs: number;
  /** Reads the value if another process has written it. */
  tryRead(): Promise<{ readonly value: T } | undefined>;
  /** Computes here; `written` is called with the write to the store, after which the lease can be released. */
  compute(written?: (write: Promise<void>) => void): Promise<T>;
  inBackground(task: Promise<unknown>): void;
}

/**
 * Lets one of the processes that share a store compute a key while the others wait for its result. A store
 * without leases, or one that does not answer, makes every process compute for itself.
 */
export async function shareAcrossProcesses<T>(computation: SharedComputation<T>): Promise<T> {
  const { store, leaseKey, leaseMs } = computation;
  if (!store.hasLeases) return computation.compute();
  for (let pollMs = FIRST_POLL_MS; ; pollMs = Math.min(LAST_POLL_MS, pollMs * 2)) {
    const acquired = store.acquireLease(leaseKey, leaseMs);
    // Looks again after the lease, as another process may have written the value in between.
    const lookedAgain = store.looksAfterLease
      ? computation.tryRead()
      : acquired.then((lease) => (lease === UNAVAILABLE ? undefined : computation.tryRead()));
    const [lease, found] = await Promise.all([acquired, lookedAgain]);
    if (lease === UNAVAILABLE || lease === undefined) {
      if (found) return found.value;
      if (lease === UNAVAILABLE) return computation.compute();
      await new Promise((resolve) => setTimeout(resolve, pollMs));
      continue;
    }
    const stopRenewing = renewEvery(leaseMs / 3, () => store.useLease(() => lease.renew()));
    let write: Promise<void> | undefined;
    try {
      if (found) return found.value;
      return await computation.compute((started) => {
        write = started;
      });
    } finally {
      computation.inBackground(
        Promise.resolve(write).finally(() => {
          stopRenewing();
          return store.useLease(() => lease.release());
        }),
      );
    }
  }
}

function renewEvery(intervalMs: number, renew: () => Promise<boolean>): () => void {
  let renewals = 0;
  const timer = setInterval(() => {
    if (++renewals > MAX_RENEWALS) clearInterval(timer);
    else void renew();
  }, intervalMs);
  return () => clearInterval(timer);
}
