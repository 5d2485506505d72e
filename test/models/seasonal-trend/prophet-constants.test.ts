import { describe, expect, it } from 'vitest';
import { parseDay } from '../../../src/calendar/day.js';
import { changepointRows } from '../../../src/models/seasonal-trend/changepoints.js';
import { componentColumns } from '../../../src/models/seasonal-trend/components.js';
import { fourierColumns } from '../../../src/models/seasonal-trend/fourier.js';
import { fitSeasonalTrend } from '../../../src/models/seasonal-trend/index.js';
import type { Points } from '../../../src/models/seasonal-trend/series/points.js';
import { eventEffects } from '../../../src/models/seasonal-trend/series/specification.js';
import { flatStart, linearStart, logisticStart, trendAt } from '../../../src/models/seasonal-trend/trend.js';
import { loadCase, numbers } from './golden.js';

// Expected values in this file are the published ones of Prophet's own unit tests (python/prophet/tests/test_prophet.py).

const firstDay = parseDay('2012-05-18');

function pointsOf(days: Float64Array): Points {
  return { days, cap: undefined, floor: undefined, inputs: new Map() };
}

/** The published constants are cut off, not rounded; Prophet's tests allow a relative 1e-6 as well. */
function relative(ours: number, published: number): number {
  return Math.abs(ours / published - 1);
}

describe('Fourier series', () => {
  it('has the weekly row of R forecast', () => {
    const row = fourierColumns([firstDay], 7, 3).map(([value]) => value);
    [0.7818315, 0.6234898, 0.9749279, -0.2225209, 0.4338837, -0.9009689].forEach((value, c) => {
      expect(row[c]).toBeCloseTo(value, 6);
    });
  });

  it('has the yearly row of R forecast', () => {
    const row = fourierColumns([firstDay], 365.25, 3).map(([value]) => value);
    [0.7006152, -0.7135393, -0.999833, 0.01827656, 0.7262249, 0.6874572].forEach((value, c) => {
      expect(row[c]).toBeCloseTo(value, 6);
    });
  });
});

describe('trend', () => {
  const times = Float64Array.from({ length: 11 }, (_, i) => i);
  const bend = { slope: 1, offset: 0, changepoints: [5], sizes: [0.5] };
  const line = [0, 1, 2, 3, 4, 5, 6.5, 8, 9.5, 11, 12.5];
  const curve = [
    5, 7.310586, 8.807971, 9.525741, 9.820138, 9.933071, 9.984988, 9.996646, 9.999252, 9.999833, 9.999963,
  ];

  it('is piecewise linear', () => {
    expect([...trendAt({ growth: 'linear', ...bend }, times, undefined, new Float64Array(11))]).toEqual(line);
    const late = trendAt({ growth: 'linear', ...bend }, times.slice(8), undefined, new Float64Array(3));
    expect([...late]).toEqual(line.slice(8));
  });

  it('is piecewise logistic', () => {
    const caps = new Float64Array(11).fill(10);
    const trend = trendAt({ growth: 'logistic', ...bend }, times, caps, new Float64Array(11));
    curve.forEach((value, i) => {
      expect(trend[i]).toBeCloseTo(value, 5);
    });
  });

  it('does not depend on the order of the times', () => {
    const mixed = Float64Array.from([7, 2, 10, 0, 6]);
    const trend = trendAt({ growth: 'linear', ...bend }, mixed, undefined, new Float64Array(5));
    expect([...trend]).toEqual([8, 2, 12.5, 0, 6.5]);
  });
});

describe('changepoints', () => {
  it('stand in the first 80 % of the rows, not on the first one', () => {
    const rows = changepointRows(255, 25, 0.8);
    expect(rows.length).toBe(25);
    expect(rows[0]).toBeGreaterThan(0);
    expect(rows[24]).toBe(203);
  });

  it('are fewer where there are fewer rows', () => {
    expect([...changepointRows(20, 25, 0.8)]).toEqual(Array.from({ length: 15 }, (_, i) => i + 1));
    expect([...changepointRows(100, 0, 0.8)]).toEqual([]);
    expect([...changepointRows(2, 25, 0.8)]).toEqual([]);
  });
});

describe('holiday windows', () => {
  const days = Float64Array.from({ length: 12 }, (_, d) => parseDay('2016-12-20') + d);
  const xmas = (lowerWindow: number, upperWindow: number) =>
    eventEffects([{ name: 'xmas', day: parseDay('2016-12-25'), lowerWindow, upperWindow }], 10)[0];

  it('have one column for each day of the window', () => {
    const columns = componentColumns(xmas(-1, 0), pointsOf(days));
    expect(columns.map((column) => column.reduce((sum, value) => sum + value))).toEqual([1, 1]);
    expect(columns.map((column) => column.indexOf(1))).toEqual([4, 5]);
  });

  it('reach beyond the days asked for', () => {
    const columns = componentColumns(xmas(0, 10), pointsOf(days));
    expect(columns.length).toBe(11);
    expect(columns.map((column) => column.indexOf(1))).toEqual([5, 6, 7, 8, 9, 10, 11, -1, -1, -1, -1]);
  });
});

describe('standardisation of regressors', () => {
  const rows = Array.from({ length: 510 }, (_, i) => i);
  const names = ['binary', 'numeric', 'binary2', 'constant'];
  const fit = fitSeasonalTrend(
    {
      days: rows.map((i) => firstDay + i),
      values: rows.map((i) => 8 + Math.sin(i)),
      regressors: {
        binary: rows.map((i) => (i < 255 ? 0 : 1)),
        numeric: rows,
        binary2: rows.map((i) => (i < 100 ? 1 : 0)),
        constant: rows.map(() => 5),
      },
    },
    {
      regressors: names.map((name) => ({ name, standardize: name === 'binary2' ? true : 'auto' })),
      strict: 'prophet',
    },
  );
  const [binary, numeric, binary2, constant] = names.map((name) =>
    fit.specification.components.find((component) => component.name === name),
  );

  it('leaves what is 0 or 1 and what is constant as it is', () => {
    expect(binary).toMatchObject({ mean: 0, deviation: 1 });
    expect(constant).toMatchObject({ mean: 0, deviation: 1 });
  });

  it('centres and scales the rest', () => {
    if (numeric?.kind !== 'regressor' || binary2?.kind !== 'regressor') throw new Error('not regressors');
    expect(numeric.mean).toBe(254.5);
    expect(relative(numeric.deviation, 147.368585)).toBeLessThan(1e-6);
    expect(relative(binary2.mean, 0.1960784)).toBeLessThan(1e-6);
    expect(relative(binary2.deviation, 0.3974183)).toBeLessThan(1e-6);
    expect(relative((0 - numeric.mean) / numeric.deviation, -1.726962)).toBeLessThan(1e-6);
    expect(relative((1 - binary2.mean) / binary2.deviation, 2.022859)).toBeLessThan(1e-6);
  });
});

describe('automatic seasonalities', () => {
  const fitted = (count: number, step = 1) =>
    fitSeasonalTrend({
      days: Float64Array.from({ length: count }, (_, i) => firstDay + i * step),
      values: Float64Array.from({ length: count }, (_, i) => 5 + Math.sin(i) + 0.01 * i),
    });
  const orders = (count: number, step = 1) =>
    Object.fromEntries(
      fitted(count, step).specification.components.map((c) => [
        c.name,
        c.kind === 'seasonality' && c.fourierOrder,
      ]),
    );

  it('are weekly from two weeks of daily rows', () => {
    expect(orders(15)).toEqual({ weekly: 3 });
    expect(orders(14)).toEqual({});
    expect(orders(40, 7)).toEqual({});
  });

  it('are yearly from 730 days between first and last, and say why not below', () => {
    expect(orders(731)).toEqual({ yearly: 10, weekly: 3 });
    expect(orders(730)).toEqual({ weekly: 3 });
    expect(fitted(730).warnings[0]).toMatch(/yearly seasonality is off.* 729 /);
    expect(fitted(731).warnings).toEqual([]);
  });

  it('are daily from two days of rows within the day', () => {
    expect(orders(49, 1 / 24)).toEqual({ daily: 4 });
    expect(orders(48, 1 / 24)).toEqual({});
    expect(orders(15 * 24, 1 / 24)).toEqual({ weekly: 3, daily: 4 });
  });
});

describe.runIf(process.env['PROPHET_CASES'])('growth initialisation', () => {
  it('has the constants of Prophet for its test data', () => {
    const golden = loadCase(process.env['PROPHET_CASES'] ?? '', 'prophet_testdata_train480');
    const days = (golden.history.get('ds') ?? []).slice(0, 468).map(parseDay);
    const raw = numbers(golden.history, 'y').slice(0, 468);
    const scale = raw.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    const values = raw.map((value) => value / scale);
    const times = Float64Array.from(days, (day) => (day - days[0]) / (days[467] - days[0]));
    const linear = linearStart(times, values);
    expect(linear.slope).toBeCloseTo(0.3055671, 6);
    expect(linear.offset).toBeCloseTo(0.5307511, 6);
    const logistic = logisticStart(times, values, new Float64Array(468).fill(1));
    expect(logistic.slope).toBeCloseTo(1.507925, 4);
    expect(logistic.offset).toBeCloseTo(-0.08167497, 4);
    expect(flatStart(values).offset).toBeCloseTo(0.49335657, 4);
  });
});
