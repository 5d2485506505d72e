import { describe, expect, it } from 'vitest';
import {
  type ForecastModel,
  type Panel,
  seasonalNaive,
  selfWeighted,
  weekdayMean,
} from '../../../src/index.js';
import { checkForecaster, generatePanel } from '../../../src/testing/index.js';

const panel = generatePanel({ products: 6, days: 420, seed: 2 });

/** The weights of a fitted ensemble, as its JSON has them. */
async function weightsOf(model: ForecastModel, data: Panel): Promise<number[]> {
  return (await model.fit(data)).toJSON().weights as number[];
}

/** Every series repeats the same week, except for a step in the middle that only the last weeks show. */
function steppedPanel(): Panel {
  const days = 210;
  const units = Float64Array.from({ length: 2 * days }, (_, i) => {
    const day = i % days;
    return (day < 140 ? 10 : 30) + (day % 7);
  });
  return { ...generatePanel({ products: 2, days }), units };
}

describe('selfWeighted', () => {
  const members = [{ model: weekdayMean({ weeks: 4 }) }, { model: seasonalNaive({ season: 7 }) }];

  it('meets the contract of a forecast model', async () => {
    const report = await checkForecaster(selfWeighted({ members }));
    expect(report.passed.length).toBeGreaterThan(20);
  });

  it('prefers the member that forecast the last days best', async () => {
    const good = weekdayMean({ weeks: 2 });
    const bad = weekdayMean({ weeks: 25 });
    const model = (trust: number) =>
      selfWeighted({ members: [{ model: bad }, { model: good }], horizon: 14, trust });
    expect(await weightsOf(model(1), steppedPanel())).toEqual([0, 1]);
    expect(await weightsOf(model(0.5), steppedPanel())).toEqual([0.25, 0.75]);
    expect(await weightsOf(model(0), steppedPanel())).toEqual([0.5, 0.5]);
    const favoured = [
      { model: bad, prior: 3 },
      { model: good, prior: 1 },
    ];
    expect(await weightsOf(selfWeighted({ members: favoured, horizon: 14 }), steppedPanel())).toEqual([
      0.375, 0.625,
    ]);
  });

  it('counts errors relative to the level of a series, so that large ones do not decide alone', async () => {
    // Two series, of levels 100 and 1, and 16 series of level 1 besides: their errors under the two members are given.
    const [days, horizon, small] = [84, 14, 16];
    const levels = [100, ...new Array<number>(small).fill(1)];
    const data: Panel = {
      ...generatePanel({ products: levels.length, days }),
      units: Float64Array.from({ length: levels.length * days }, (_, i) => levels[Math.floor(i / days)]),
    };
    const holding = (errorOf: (series: number) => number): ForecastModel => ({
      ...weekdayMean(),
      async fit(panel) {
        const mean = Float64Array.from({ length: levels.length * horizon }, (_, i) => {
          const series = Math.floor(i / horizon);
          return levels[series] + errorOf(series);
        });
        return Object.assign(await weekdayMean().fit(panel), { heldBack: { horizon, mean } });
      },
    });
    // The first member misses the large series by 10 of 100, the second each small one by 1 of 1. With a share w of the
    // first, the squared errors over the levels are w² 10² / 100 + (1 - w)² 16 = w² + 16 (1 - w)², least at w = 16/17,
    // which is 0.95 in steps of one twentieth. The squared errors in units, w² 100 + 16 (1 - w)², are least at 16/116.
    const model = selfWeighted({
      members: [
        { model: holding((series) => (series === 0 ? 10 : 0)) },
        { model: holding((series) => (series === 0 ? 0 : 1)) },
      ],
      horizon,
      trust: 1,
    });
    const weights = await weightsOf(model, data);
    expect(weights[0]).toBeCloseTo(0.95, 12);
    expect(weights[1]).toBeCloseTo(0.05, 12);
  });

  it('weights members equally if the history is too short for a trial', async () => {
    const short = generatePanel({ products: 3, days: 40 });
    expect(await weightsOf(selfWeighted({ members }), short)).toEqual([0.5, 0.5]);
  });

  it('tries a cheaper version in place of a member', async () => {
    const fits: string[] = [];
    const spied = (model: ForecastModel, label: string): ForecastModel => ({
      ...model,
      fit: (data, options) => {
        fits.push(`${label} ${data.days}`);
        return model.fit(data, options);
      },
    });
    const [model] = members.map((member) => member.model);
    await selfWeighted({
      members: [{ model: spied(model, 'model'), trial: spied(model, 'trial') }],
      origins: 2,
      horizon: 30,
    }).fit(panel);
    expect(fits).toEqual(['model 420', 'trial 390', 'trial 360']);
  });

  it('takes the forecasts of the last days from a member that has held them back', async () => {
    const data = steppedPanel();
    const horizon = 14;
    const good = weekdayMean({ weeks: 2 });
    const [start, days] = [data.days - horizon, data.days];
    const actual = Float64Array.from({ length: 2 * horizon }, (_, i) => {
      return data.units[Math.floor(i / horizon) * days + start + (i % horizon)];
    });
    let fits = 0;
    const holding = (heldBack: { horizon: number; mean: Float64Array }): ForecastModel => ({
      ...good,
      async fit(panel) {
        fits++;
        return Object.assign(await good.fit(panel), { heldBack });
      },
    });
    const model = (heldBack: { horizon: number; mean: Float64Array }, trialSeries?: number) =>
      selfWeighted({
        members: [{ model: holding(heldBack) }, { model: weekdayMean({ weeks: 25 }) }],
        horizon,
        trust: 1,
        trialSeries,
      });
    expect(await weightsOf(model({ horizon, mean: actual }), data)).toEqual([1, 0]);
    expect(fits).toBe(1);
    const wrong = actual.map((value, i) => (i < horizon ? value : 1000));
    expect(await weightsOf(model({ horizon, mean: wrong }), data)).toEqual([0, 1]);
    // The first series alone knows nothing of the second's errors.
    expect(await weightsOf(model({ horizon, mean: wrong }, 1), data)).toEqual([1, 0]);
    fits = 0;
    await weightsOf(model({ horizon: 7, mean: actual.subarray(14) }), data);
    expect(fits).toBe(2);
  });

  it.each([
    [{ members: [] }, 'members'],
    [{ members, horizon: 0 }, 'horizon'],
    [{ members, origins: 1.5 }, 'origins'],
    [{ members, trialSeries: 0 }, 'trialSeries'],
    [{ members, trust: 2 }, 'trust'],
    [{ members: [{ ...members[0], prior: 0 }] }, 'members', 0, 'prior'],
    [{ members, intervalsFrom: 'nobody' }, 'intervalsFrom'],
  ])('refuses %#', (options, ...path) => {
    expect(() => selfWeighted(options)).toThrowError(
      expect.objectContaining({ code: 'invalid-option', path }),
    );
  });
});
