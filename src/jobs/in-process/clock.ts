/** Clock and timers of a job runner; injectable for tests. */
export interface JobClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back after some milliseconds; the returned function cancels it. */
  after(ms: number, callback: () => void): () => void;
}

/** Longest wait of one timer: `setTimeout` fires at once beyond 2^31 milliseconds. */
export const LONGEST_WAIT_MS = 86_400_000;

/** The clock and the timers of the system. */
export const systemClock: JobClock = {
  now: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, Math.min(ms, LONGEST_WAIT_MS));
    return () => clearTimeout(timer);
  },
};
