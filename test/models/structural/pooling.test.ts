import { structural } from 'commerce-forecast';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/random.js';
import { poisson } from '../../../src/testing/distributions.js';
import { panelOf } from '../../../src/testing/index.js';

const DAYS = 1100;
/** Days of a fair; the last one lies ahead. Its dates are apart, so that no season explains them. */
const FAIRS = [130, 560, 930, 1105];

/** Sold 30 a day in the first year, and five times as many on the days before the fair of that year; then next to none. */
function faded(day: number): number {
  if (day < 300) return day >= FAIRS[0] - 3 && day < FAIRS[0] ? 150 : 30;
  return day % 180 === 7 ? 1 : 0;
}

describe('pooling of products', () => {
  it('lets no product that has faded decide what the others sell before an event', async () => {
    const random = createRandom(3);
    const steady = Array.from({ length: 12 }, () => Array.from({ length: DAYS }, () => poisson(random, 10)));
    const panel = panelOf([...steady, Array.from({ length: DAYS }, (_, day) => faded(day))]);
    const events = FAIRS.map((day) => ({ name: 'Fair', day: panel.startDay + day }));
    const fitted = await structural().fit(panel, { covariates: { events } });
    const horizon = 10;
    const { mean } = await fitted.forecast({ horizon });
    // Right value: the 10 a day that the steady products are drawn with.
    for (let day = 2; day < 5; day++) {
      const ofSteady = steady.map((_, s) => mean[s * horizon + day]);
      const average = ofSteady.reduce((sum, value) => sum + value, 0) / ofSteady.length;
      expect(average).toBeGreaterThan(9);
      expect(average).toBeLessThan(11);
    }
  });
});
