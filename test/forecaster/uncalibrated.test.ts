import { describe, expect, it } from 'vitest';
import {
  createForecaster,
  type ForecasterOptions,
  formatDay,
  parseDay,
  weekdayMean,
} from '../../src/index.js';

const DAYS = 200;

/** Intervals reported by a training of this number of products in one category. */
async function uncalibratedOf(products: number, options: ForecasterOptions = {}, days = DAYS) {
  const forecaster = createForecaster({ model: weekdayMean(), ...options });
  const first = parseDay('2024-01-01');
  await forecaster.ingest(
    Array.from({ length: products * days }, (_, i) => ({
      date: formatDay(first + (i % days)),
      productId: `P${Math.floor(i / days)}`,
      category: 'Toys',
      units: 10 + ((i * 37) % 11),
    })),
  );
  return (await forecaster.train()).uncalibrated;
}

describe('uncalibrated intervals of a training', () => {
  it('are named: four weeks of one category are too few past errors, and so are those of few products', async () => {
    expect(await uncalibratedOf(8)).toEqual(['categoryTotals']);
    expect(await uncalibratedOf(1)).toEqual(['productTotals', 'categoryTotals']);
  });

  it('are all of them without validation or calibration', async () => {
    const all = ['productDays', 'categoryDays', 'productTotals', 'categoryTotals'];
    expect(await uncalibratedOf(8, {}, 60)).toEqual(all);
    expect(await uncalibratedOf(8, { calibrateIntervals: false })).toEqual(all);
  });
});
