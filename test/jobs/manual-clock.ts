import type { JobClock } from '../../src/jobs/index.js';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
  readonly mortal: boolean;
}

/** A clock that moves when it is told to. */
export class ManualClock implements JobClock {
  readonly #timers = new Set<Timer>();

  constructor(private time: number) {}

  now(): number {
    return this.time;
  }

  after(ms: number, callback: () => void): () => void {
    return this.#add(ms, callback, false);
  }

  /** The same time with timers that {@link kill} takes away: those of a process that dies. */
  stoppable(): JobClock {
    return { now: () => this.time, after: (ms, callback) => this.#add(ms, callback, true) };
  }

  kill(): void {
    for (const timer of this.#timers) if (timer.mortal) this.#timers.delete(timer);
  }

  /** Moves time, firing timers in order and giving promises time to settle after each. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    await settle();
    for (;;) {
      const due = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#timers.delete(due);
      this.time = Math.max(this.time, due.at);
      due.callback();
      await settle();
    }
    this.time = end;
    await settle();
  }

  #add(ms: number, callback: () => void, mortal: boolean): () => void {
    const timer = { at: this.time + ms, callback, mortal };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }
}

/** Long enough for chains of promises over a state in memory. */
async function settle(): Promise<void> {
  for (let i = 0; i < 100; i++) await Promise.resolve();
}
