import { describe, expect, it } from 'vitest';
import { leaveOutSilence } from '../../../src/models/structural/silence.js';
import { createRandom } from '../../../src/random.js';
import { poisson } from '../../../src/testing/distributions.js';

const SERIES = 120;
const STEPS = 400;

/** Days that are closed in a shop of rare products whose sales follow a law. */
function closedDays(law: (day: number) => number): number[] {
  const random = createRandom(5);
  const units = Float64Array.from({ length: SERIES * STEPS }, (_, at) => poisson(random, law(at % STEPS)));
  const closed = new Uint8Array(units.length);
  for (const _ of leaveOutSilence({ steps: STEPS, seriesCount: SERIES, units, closed }));
  return Array.from({ length: STEPS }, (_, d) => d).filter((d) => closed[d] === 1);
}

describe('leaveOutSilence', () => {
  it('closes no day with few sales out of season or on a weak weekday', () => {
    const season = (d: number) => 0.1 * (1 + 0.85 * Math.cos((2 * Math.PI * d) / 365));
    expect(closedDays(season)).toEqual([]);
    expect(closedDays((d) => (d % 7 === 0 ? 0.01 : 0.15))).toEqual([]);
  });

  it('closes an outage in season and out of it', () => {
    const outage = (d: number) => (d >= 20 && d < 23) || (d >= 180 && d < 190);
    const season = (d: number) => 0.1 * (1 + 0.6 * Math.cos((2 * Math.PI * d) / 365));
    const expected = Array.from({ length: STEPS }, (_, d) => d).filter(outage);
    expect(closedDays((d) => (outage(d) ? 0 : season(d)))).toEqual(expected);
  });

  it('closes a weekday on which the shop never sells', () => {
    expect(closedDays((d) => (d % 7 === 0 ? 0 : 0.15)).every((d) => d % 7 === 0)).toBe(true);
  });
});
