import { describe, expect, it } from 'vitest';
import { CircuitBreaker } from '../src/circuit-breaker.js';

function breakerWithClock() {
  const clock = { time: 0 };
  const breaker = new CircuitBreaker({ failureThreshold: 2, coolDownMs: 100, now: () => clock.time });
  const call = (succeeds: boolean) => {
    const allowed = breaker.tryAcquire();
    if (allowed) succeeds ? breaker.succeeded() : breaker.failed();
    return allowed;
  };
  return { clock, breaker, call };
}

describe('CircuitBreaker', () => {
  it('opens after the threshold of failures in a row only', () => {
    const { breaker, call } = breakerWithClock();
    for (const succeeds of [false, true, false, true, false]) call(succeeds);
    expect(breaker.isOpen).toBe(false);
    call(false);
    expect(breaker.isOpen).toBe(true);
    expect(breaker.waitMs).toBe(100);
    expect(call(true)).toBe(false);
  });

  it('lets one probe through per cool-down and closes when it succeeds', () => {
    const { clock, breaker, call } = breakerWithClock();
    call(false);
    call(false);
    clock.time = 100;
    expect(breaker.tryAcquire()).toBe(true);
    expect(breaker.tryAcquire()).toBe(false);
    breaker.failed();
    clock.time = 199;
    expect(call(true)).toBe(false);
    clock.time = 200;
    expect(call(true)).toBe(true);
    expect(breaker.isOpen).toBe(false);
    expect(breaker.waitMs).toBe(0);
  });

  it('refuses a threshold of 0', () => {
    expect(() => new CircuitBreaker({ failureThreshold: 0, coolDownMs: 1, now: () => 0 })).toThrow(
      expect.objectContaining({ code: 'invalid-option' }),
    );
  });
});
