import { describe, expect, it } from 'vitest';
import { ForecastError } from '../../../src/errors.js';
import { coverage } from '../../../src/metrics/index.js';
import { sumSteps } from '../../../src/metrics/test-window.js';
import { weekdayMean } from '../../../src/models/baselines/index.js';
import { calibrated } from '../../../src/models/combine/calibrated.js';
import { quantileAt, scoreQuantiles } from '../../../src/models/combine/score-quantiles.js';
import type { FittedModel } from '../../../src/models/contract.js';
import type { Panel } from '../../../src/panel/panel.js';
import { sliceDays } from '../../../src/panel/slice.js';
import { createRandom } from '../../../src/random.js';
import { checkForecaster, panelOf } from '../../../src/testing/index.js';

const HORIZON = 28;
const DAYS = 300;
const MONTH = [{ from: 0, to: HORIZON }];

/** Series whose level wanders: their errors persist, so that intervals of sums from single days are too narrow. */
function wanderingPanel(series: number, seed: number): Panel {
  return panelOf(
    Array.from({ length: series }, (_, s) => {
      const random = createRandom(seed, s);
      let level = 200;
      return Array.from({ length: DAYS }, () => {
        level += 3 * random.normal();
        return Math.max(0, level + 10 * random.normal());
      });
    }),
  );
}

async function monthCoverage(fitted: FittedModel, future: Panel, level: number): Promise<number> {
  const { intervals } = await fitted.totals({ ranges: MONTH, levels: [level] });
  const { seriesCount, units } = future;
  const window = {
    cutoff: 0,
    horizon: HORIZON,
    seriesCount,
    actual: units,
    forecast: new Float64Array(units.length),
  };
  return coverage(sumSteps(window, MONTH).actual, intervals[0].lower, intervals[0].upper);
}

describe('scoreQuantiles', () => {
  it('takes the score of rank ceil((n + 1) level), and widens the largest beyond', () => {
    const quantiles = scoreQuantiles(Float64Array.of(9, 3, 1, 2, 8, 7, 4, 6, 5));
    // Ten times 0.5, 0.8, 0.81, 0.9 is rank 5, 8, 9, 9 of the scores 1 to 9.
    expect([0.5, 0.8, 0.81, 0.9].map((level) => quantileAt(quantiles, level))).toEqual([5, 8, 9, 9]);
    // 0.95 would be rank 10: wider by qnorm(0.975) / qnorm(0.95) of R.
    expect(quantileAt(quantiles, 0.95)).toBeCloseTo((9 * 1.959963984540054) / 1.6448536269514722, 9);
    expect(Number.isFinite(quantileAt(quantiles, 0.9999))).toBe(true);
  });

  it('grows with the level', () => {
    const random = createRandom(1);
    const quantiles = scoreQuantiles(Float64Array.from({ length: 37 }, () => random.uniform()));
    for (let k = 1; k < quantiles.length; k++) expect(quantiles[k]).toBeGreaterThanOrEqual(quantiles[k - 1]);
  });
});

describe('calibrated', () => {
  it('meets the contract of a forecast model', async () => {
    const report = await checkForecaster(calibrated(weekdayMean()));
    expect(report.model).toBe('weekday-mean-4-calibrated');
  });

  it('covers the days and the months that the model itself misses', async () => {
    const panel = wanderingPanel(300, 1);
    const history = sliceDays(panel, 0, DAYS - HORIZON);
    const future = sliceDays(panel, DAYS - HORIZON, DAYS);
    const own = await weekdayMean().fit(history);
    const fitted = await calibrated(weekdayMean()).fit(history);
    for (const level of [0.5, 0.8, 0.95]) {
      // Five standard errors of 300 independent series; the model itself is far below.
      const error = 5 * Math.sqrt((level * (1 - level)) / 300);
      expect(Math.abs((await monthCoverage(fitted, future, level)) - level)).toBeLessThan(error);
      const { intervals } = await fitted.forecast({ horizon: HORIZON, levels: [level] });
      const daily = coverage(future.units, intervals[0].lower, intervals[0].upper);
      expect(Math.abs(daily - level)).toBeLessThan(0.07);
    }
    expect(await monthCoverage(own, future, 0.8)).toBeLessThan(0.6);
  });

  it('leaves the forecasts themselves as they are', async () => {
    const panel = wanderingPanel(5, 2);
    const own = await weekdayMean().fit(panel);
    const fitted = await calibrated(weekdayMean()).fit(panel);
    const options = { horizon: 40, levels: [0.8] };
    expect((await fitted.forecast(options)).mean).toEqual((await own.forecast(options)).mean);
    const totals = { ranges: MONTH, groupOf: new Int32Array(5), groupCount: 1, levels: [0.8] };
    expect((await fitted.totals(totals)).mean).toEqual((await own.totals(totals)).mean);
  });

  it('learns nothing from after the cutoff', async () => {
    const panel = wanderingPanel(5, 3);
    const history = sliceDays(panel, 0, 200);
    const seen: number[] = [];
    const model = weekdayMean();
    const spy = {
      ...model,
      fit: (given: Panel) => {
        seen.push(given.days);
        return model.fit(given);
      },
    };
    await calibrated(spy, { horizon: 20, origins: 3, step: 10 }).fit(history);
    expect(seen).toEqual([200, 180, 170, 160]);
  });

  it("keeps the model's own intervals where the history is too short to calibrate", async () => {
    const panel = sliceDays(wanderingPanel(3, 4), 0, 60);
    const own = await weekdayMean().fit(panel);
    const fitted = await calibrated(weekdayMean()).fit(panel);
    const options = { horizon: 7, levels: [0.8] };
    expect(await fitted.forecast(options)).toEqual(await own.forecast(options));
    const totals = { ranges: MONTH, levels: [0.8] };
    expect(await fitted.totals(totals)).toEqual(await own.totals(totals));
  });

  it('refuses options that make no sense', () => {
    for (const options of [{ horizon: 0 }, { origins: 1.5 }, { step: -1 }]) {
      let caught: unknown;
      try {
        calibrated(weekdayMean(), options);
      } catch (error) {
        caught = error;
      }
      expect(ForecastError.is(caught) && [caught.code, caught.path[0]]).toEqual([
        'invalid-option',
        Object.keys(options)[0],
      ]);
    }
  });
});
