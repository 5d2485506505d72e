import { describe, expect, it } from 'vitest';
import { runAtOnce } from '../../../src/long-call.js';
import { fitStructural } from '../../../src/models/structural/fit.js';
import { structural } from '../../../src/models/structural/index.js';
import { structuralSettings } from '../../../src/models/structural/options.js';
import {
  cutoffLevels,
  emptyOutlook,
  FutureStructure,
  HistoryStructure,
} from '../../../src/models/structural/structure-source.js';
import type { Panel } from '../../../src/panel/panel.js';
import { createRandom } from '../../../src/random.js';
import { poisson } from '../../../src/testing/distributions.js';
import { generatePanel, panelOf } from '../../../src/testing/index.js';

function learn(panel: Panel) {
  const { state, learnt } = runAtOnce(fitStructural(panel, {}, structuralSettings({}), true));
  return { state, source: new HistoryStructure(learnt, panel.days - learnt.history.steps) };
}

describe('outlooks on the history', () => {
  it('split a constant into its level and a factor of one, in every year', () => {
    const { source } = learn(panelOf([Array.from({ length: 800 }, () => 12)]));
    source.load(0);
    const outlook = emptyOutlook();
    for (const end of [30, 400, 790]) {
      source.outlook(end, end + 5, outlook);
      for (const level of [outlook.usual, outlook.fast, outlook.slow]) expect(level).toBeCloseTo(12, 9);
      expect(outlook.factor).toBeCloseTo(1, 9);
      expect(outlook).toMatchObject({ event: 1, response: 1, promo: 0, price: 0, priceChange: 0 });
    }
  });

  it('explain no step by what its own year alone has seen', () => {
    const random = createRandom(1);
    // A jump to four times the sales for 30 days, in the last year only.
    const jump = (d: number) => d >= 900 && d < 930;
    const series = Array.from({ length: 3 }, () =>
      Array.from({ length: 1095 }, (_, d) => poisson(random, 50 * (jump(d) ? 4 : 1))),
    );
    const { source } = learn(panelOf(series));
    source.load(0);
    const outlook = emptyOutlook();
    const meanFactor = (from: number) => {
      let sum = 0;
      for (let day = from; day < from + 20; day++) {
        source.outlook(day - 28, day, outlook);
        sum += outlook.factor / 20;
      }
      return sum;
    };
    expect(meanFactor(905)).toBeLessThan(1.15);
    // The year before may know the jump of the last one.
    expect(meanFactor(540)).toBeGreaterThan(meanFactor(905));
  });
});

describe('outlooks on the days after the cutoff', () => {
  it('are the forecast of the model itself, except for the probability that sales have ended', async () => {
    const panel = generatePanel({ products: 4, days: 500, seed: 5 });
    const { state, source } = learn(panel);
    const horizon = 20;
    const future = new FutureStructure(
      state,
      runAtOnce(cutoffLevels(source, 4)),
      panel.days,
      horizon,
      undefined,
    );
    const { mean } = await (await structural().fit(panel)).forecast({ horizon });
    const open = new Float64Array(4 * horizon).fill(1);
    runAtOnce(future.close(open));
    const outlook = emptyOutlook();
    for (let s = 0; s < 4; s++) {
      future.load(s);
      future.outlook(panel.days, panel.days + 7, outlook);
      const first = outlook.factor * open[s * horizon + 7];
      future.outlook(panel.days, panel.days + 8, outlook);
      const ratio = (outlook.factor * open[s * horizon + 8]) / first;
      expect(mean[s * horizon + 8] / mean[s * horizon + 7]).toBeCloseTo(ratio, 2);
    }
  });
});
