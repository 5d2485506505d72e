import { checkWholeNumber } from './errors.js';

export interface CircuitBreakerOptions {
  /** Failures in a row after which calls are refused. */
  readonly failureThreshold: number;
  /** Milliseconds of refusal before one call is let through as a probe. */
  readonly coolDownMs: number;
  readonly now: () => number;
}

/**
 * Spares a failing service: after `failureThreshold` failures in a row it refuses calls, and lets one probe
 * through every `coolDownMs` until one succeeds.
 */
export class CircuitBreaker {
  private readonly options: CircuitBreakerOptions;
  private failuresInARow = 0;
  private refuseUntil = Number.NEGATIVE_INFINITY;

  constructor(options: CircuitBreakerOptions) {
    checkWholeNumber('failureThreshold', options.failureThreshold);
    this.options = options;
  }

  get isOpen(): boolean {
    return this.failuresInARow >= this.options.failureThreshold;
  }

  /** Milliseconds until the next call is let through, 0 if it would be now. */
  get waitMs(): number {
    return this.isOpen ? Math.max(0, this.refuseUntil - this.options.now()) : 0;
  }

  /** Tells whether a call may be made now. A true answer must be followed by `succeeded` or `failed`. */
  tryAcquire(): boolean {
    if (!this.isOpen) return true;
    const now = this.options.now();
    if (now < this.refuseUntil) return false;
    // The probe is on its way: everybody else is refused for another cool-down.
    this.refuseUntil = now + this.options.coolDownMs;
    return true;
  }

  succeeded(): void {
    this.failuresInARow = 0;
  }

  failed(): void {
    this.failuresInARow++;
    if (this.isOpen) this.refuseUntil = this.options.now() + this.options.coolDownMs;
  }
}
