import { abortError } from '../long-call.js';

export interface RequestGateOptions {
  /** Requests under way at the same time. */
  readonly maxConcurrent: number;
  /** Milliseconds between the starts of two requests. */
  readonly minIntervalMs: number;
  readonly now: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** Limits how many requests run at the same time and how closely they follow each other. */
export class RequestGate {
  private readonly options: RequestGateOptions;
  private readonly waiting: (() => void)[] = [];
  private running = 0;
  private nextStart = Number.NEGATIVE_INFINITY;

  constructor(options: RequestGateOptions) {
    this.options = options;
  }

  /** Waits for a turn; the returned function ends it. */
  async enter(signal?: AbortSignal): Promise<() => void> {
    await this.turn(signal);
    let left = false;
    const leave = () => {
      if (left) return;
      left = true;
      this.running--;
      this.waiting.shift()?.();
    };
    try {
      await this.pause(signal);
    } catch (error) {
      leave();
      throw error;
    }
    return leave;
  }

  private async turn(signal: AbortSignal | undefined): Promise<void> {
    while (this.running >= this.options.maxConcurrent) {
      await new Promise<void>((resolve, reject) => {
        const proceed = () => {
          signal?.removeEventListener('abort', giveUp);
          resolve();
        };
        const giveUp = () => {
          this.waiting.splice(this.waiting.indexOf(proceed), 1);
          reject(abortError(signal?.reason));
        };
        signal?.addEventListener('abort', giveUp, { once: true });
        this.waiting.push(proceed);
      });
    }
    this.running++;
  }

  private async pause(signal: AbortSignal | undefined): Promise<void> {
    const { minIntervalMs, now, sleep } = this.options;
    const start = Math.max(now(), this.nextStart);
    this.nextStart = start + minIntervalMs;
    const wait = start - now();
    if (wait > 0) await sleep(wait, signal);
  }
}
