import { describe, expect, it } from 'vitest';
import { backtest } from '../../../../src/backtest/backtest.js';
import {
  extraColumns,
  MOST_VALUES,
  tailOfExtras,
} from '../../../../src/models/boosting/direct/extra-columns.js';
import { directBoosting } from '../../../../src/models/boosting/direct/index.js';
import type { Covariates, PastOnlySeries } from '../../../../src/models/contract.js';
import { stepGrid } from '../../../../src/models/step-grid.js';
import type { Panel } from '../../../../src/panel/panel.js';
import { createRandom } from '../../../../src/random.js';
import { leadingShop } from '../../../../src/testing/covariate-shop.js';
import { poisson } from '../../../../src/testing/distributions.js';
import { generatePanel, panelOf } from '../../../../src/testing/index.js';
import { checkDamaged } from '../../../mutate-json.js';

const small = { params: { rounds: 20 }, rowsPerBooster: 4000, longHorizon: 0, horizon: 14 } as const;
const panel = generatePanel({ products: 4, categories: 2, days: 200, seed: 4 });
const visitors = (days: number, seed = 1): PastOnlySeries => {
  const random = createRandom(seed);
  return {
    name: 'visitors',
    startDay: panel.startDay,
    values: Array.from({ length: days }, () => 100 + 20 * random.normal()),
  };
};

async function meanOf(covariates: Covariates, of: Panel = panel): Promise<Float64Array> {
  return (await (await directBoosting(small).fit(of, { covariates })).forecast({ horizon: 14 })).mean;
}

describe('past-only columns', () => {
  // The last week of the column tells the sales of the coming one.
  const { panel: led, covariates } = leadingShop();
  const [column] = covariates.pastOnly ?? [];
  const from = (day: number, value: number) =>
    column.values.map((known, d) => (d >= led.days + day ? value : known));
  const forecastOf = (values: PastOnlySeries['values']) => meanOf({ pastOnly: [{ ...column, values }] }, led);

  it('change nothing if there are none', async () => {
    expect(await meanOf({ pastOnly: [], static: [] })).toEqual(await meanOf({}));
  });

  it('are read up to the cutoff, and not beyond it', async () => {
    const known = await forecastOf(column.values);
    expect(await forecastOf([...column.values, 1e9, Number.NaN, -1e9])).toEqual(known);
    expect(await forecastOf(from(-7, 5))).not.toEqual(known);
  });

  it('are read up to the cutoffs of a backtest, and not beyond them', async () => {
    const options = { horizon: 14, origins: 2, step: 14 };
    const forecasts = async (values: PastOnlySeries['values']) => {
      const pastOnly = [{ ...column, values }];
      const { runs } = await backtest(led, [directBoosting(small)], { ...options, covariates: { pastOnly } });
      return new Map(runs.map(({ cutoff, forecast }) => [cutoff - led.startDay - led.days + 1, forecast]));
    };
    // The cutoffs lie 28 and 14 days before the end.
    const known = await forecasts(column.values);
    expect([...known.keys()].sort()).toEqual([-14, -28]);
    const changed = await forecasts(from(-28, 1e6));
    expect(changed.get(-28)).toEqual(known.get(-28));
    expect(changed.get(-14)).not.toEqual(known.get(-14));
    expect((await forecasts(from(-14, 1e6))).get(-14)).toEqual(known.get(-14));
  });

  it('lie on the days of the panel, each series with the column of its narrowest scope', () => {
    const days = panelOf([
      [1, 2, 3, 4],
      [1, 2, 3, 4],
    ]);
    const column = (startDay: number, values: (number | null)[], productId?: string): PastOnlySeries => ({
      name: 'rain',
      startDay,
      values,
      ...(productId && { scope: { productId } }),
    });
    const given = [
      column(days.startDay, [9, null, 7], 'S2'),
      column(days.startDay - 2, [1, 2, 3, 4, 5, 6, 7, 8]),
    ];
    const { pastOnly } = extraColumns(days, { pastOnly: given }, stepGrid(1));
    expect(pastOnly).toHaveLength(1);
    const [{ rows, rowOf, rowLength }] = pastOnly;
    const of = (s: number) => [...rows.subarray(rowOf[s] * rowLength, (rowOf[s] + 1) * rowLength)];
    expect(of(0)).toEqual([3, 4, 5, 6]);
    expect(of(1)).toEqual([9, Number.NaN, 7, Number.NaN]);
  });

  it('are means over the days of a week that dates itself by its last day', () => {
    const weeks = { ...panelOf([[1, 2]]), startDay: 700 };
    const pastOnly = [{ name: 'rain', startDay: 694, values: [1, 2, 3, 4, 5, 6, 7, null, 10, 20] }];
    const [{ rows }] = extraColumns(weeks, { pastOnly }, stepGrid(7)).pastOnly;
    expect([...rows]).toEqual([4, 15]);
  });

  it('are kept as far back as features look', () => {
    const extras = extraColumns(panel, { pastOnly: [visitors(200)] }, stepGrid(1));
    const [tail] = tailOfExtras(extras, 200, 100, stepGrid(1)).pastOnly;
    expect(tail.rowLength).toBe(35);
    expect(tail.firstStep).toBe(200 - 35 - 100);
    expect([...tail.rows]).toEqual([...extras.pastOnly[0].rows.subarray(165)]);
  });

  it('are refused if they are no columns', async () => {
    const wrong: unknown[] = [
      { pastOnly: [{ name: '', startDay: 1, values: [] }] },
      { pastOnly: [{ name: 'a', startDay: 0.5, values: [] }] },
      { pastOnly: [{ name: 'a', startDay: 1, values: 'none' }] },
      { pastOnly: [{ name: 'a', startDay: 1, values: [1, '2'] }] },
      { static: [{ brand: 'Acme' }] },
      { static: [{ productId: 'P1', brand: 7 }] },
    ];
    for (const covariates of wrong) {
      await expect(meanOf(covariates as Covariates)).rejects.toMatchObject({ code: 'invalid-data' });
    }
  });
});

describe('attributes', () => {
  it('show how new products will develop, as older ones of their kind did', async () => {
    const random = createRandom(5);
    // Products come every six days; after four weeks those of one brand double, and the others halve.
    const length = 420;
    const launchOf = (s: number) => 6 * s;
    const meanAt = (s: number, d: number) => 40 * (d < launchOf(s) + 28 ? 1 : s % 2 === 0 ? 2 : 0.5);
    const shop = panelOf(
      Array.from({ length: 69 }, (_, s) =>
        Array.from({ length }, (_, d) => (d < launchOf(s) ? Number.NaN : poisson(random, meanAt(s, d)))),
      ),
    );
    const products = shop.ids.map((productId, s) => ({ productId, brand: s % 2 === 0 ? 'Acme' : 'Other' }));
    const errorOfYoung = (mean: Float64Array) => {
      let [error, size] = [0, 0];
      for (let s = 0; s < 69; s++) {
        const age = length - launchOf(s);
        if (age < 14 || age >= 28) continue;
        for (let h = 0; h < 14; h++) {
          error += Math.abs(mean[s * 14 + h] - meanAt(s, length + h));
          size += meanAt(s, length + h);
        }
      }
      return error / size;
    };
    const told = errorOfYoung(await meanOf({ static: products }, shop));
    expect(told).toBeLessThan(0.75 * errorOfYoung(await meanOf({}, shop)));
  });

  it('are numbered by how frequent they are, and the rarest beyond the limit are unknown', () => {
    const many = panelOf(Array.from({ length: 400 }, () => [1]));
    const products = many.ids.map((productId, s) => ({
      productId,
      size: s < 100 ? 'large' : `own ${s}`,
      ...(s === 7 && { brand: 'Acme' }),
    }));
    const { attributes } = extraColumns(many, { static: products }, stepGrid(1));
    expect(attributes.map(({ name }) => name)).toEqual(['brand', 'size']);
    const [brand, size] = attributes.map((attribute) => attribute.valueOf);
    expect([...brand].filter((value) => value >= 0)).toEqual([0]);
    expect([...size.subarray(0, 100)].every((value) => value === 0)).toBe(true);
    expect(Math.max(...size)).toBe(MOST_VALUES - 1);
    expect([...size].filter((value) => value < 0)).toHaveLength(301 - MOST_VALUES);
  });
});

describe('past-only columns and attributes in a saved model', () => {
  it('is refused where it is damaged', async () => {
    const model = directBoosting({ ...small, params: { rounds: 3 }, holdBack: false });
    const covariates = {
      pastOnly: [visitors(200)],
      static: [{ productId: panel.ids[0], brand: 'Acme' }],
    };
    const saved = (await model.fit(panel, { covariates })).toJSON();
    const { extras, ...rest } = JSON.parse(JSON.stringify(saved));
    await checkDamaged(extras, 60, async (damaged) => {
      const fitted = model.load({ ...rest, extras: damaged });
      return [(await fitted.forecast({ horizon: 9 })).mean];
    });
  });
});
