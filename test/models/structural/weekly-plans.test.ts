import { describe, expect, it } from 'vitest';
import { covariatesUntil } from '../../../src/models/covariates.js';
import { structural } from '../../../src/models/structural/index.js';
import type { Panel } from '../../../src/panel/panel.js';
import { sliceDays } from '../../../src/panel/slice.js';
import { createRandom } from '../../../src/random.js';
import { poisson } from '../../../src/testing/distributions.js';

const WEEKS = 112;
const HORIZON = 8;

/** Weeks of three products, promoted in every sixth week, which doubles sales; the weeks of the horizon included. */
function weeks(): Panel {
  const random = createRandom(1);
  const promo = Uint8Array.from({ length: 3 * WEEKS }, (_, at) => ((at % WEEKS) % 6 === 2 ? 1 : 0));
  return {
    startDay: 18_993,
    days: WEEKS,
    seriesCount: 3,
    ids: ['A', 'B', 'C'],
    categories: ['All'],
    categoryOf: new Int32Array(3),
    units: Float64Array.from(promo, (flag) => poisson(random, 200 * (1 + flag))),
    firstDay: new Int32Array(3),
    promo,
  };
}

describe('plans of a panel of weeks', () => {
  it('reach the weeks that they are for', async () => {
    const panel = weeks();
    const end = WEEKS - HORIZON;
    const covariates = covariatesUntil({}, panel, end, 7);
    expect(covariates.future?.startDay).toBe(panel.startDay + 7 * end);
    const fitted = await structural({ stepDays: 7, horizon: HORIZON }).fit(sliceDays(panel, 0, end), {
      covariates,
    });
    const { mean } = await fitted.forecast({ horizon: HORIZON });
    for (let h = 0; h < HORIZON; h++) {
      const expected = panel.promo![end + h] === 1 ? 400 : 200;
      expect(Math.abs(mean[h] / expected - 1)).toBeLessThan(0.15);
    }
  });

  it('keep past-only columns up to the last day of the cutoff week', () => {
    const pastOnly = [{ name: 'weather', startDay: 18_993, values: new Array<number>(WEEKS * 7).fill(1) }];
    const known = covariatesUntil({ pastOnly }, weeks(), 10, 7);
    expect(known.pastOnly![0].values).toHaveLength(9 * 7 + 1);
  });
});
