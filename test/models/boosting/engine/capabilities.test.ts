import {
  type BoosterParams,
  boosterToJson,
  featureImportance,
  shapValues,
  trainBooster,
} from 'commerce-forecast/boosting';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src/random.js';

const ROWS = 600;

function makeData(seed: number, rows = ROWS) {
  const random = createRandom(seed);
  const columns = Array.from({ length: 5 }, () => Float32Array.from({ length: rows }, random.uniform));
  const mean = Float64Array.from({ length: rows }, (_, i) => 2 * columns[0][i] + Math.cos(5 * columns[1][i]));
  const noise = Float64Array.from({ length: rows }, random.normal);
  const labels = Float32Array.from(mean, (value, i) => value + 0.3 * noise[i]);
  return { features: { rows, columns }, labels, mean };
}

const train = makeData(1);
const test = makeData(2);
const trained = (params: Partial<BoosterParams>, extra = {}) => trainBooster({ ...train, ...extra }, params);

function rmse(predictions: ArrayLike<number>, labels: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < labels.length; i++) sum += (predictions[i] - labels[i]) ** 2;
  return Math.sqrt(sum / labels.length);
}

describe('sampling', () => {
  const params = {
    rounds: 30,
    subsample: 0.6,
    colsampleBytree: 0.8,
    colsampleBylevel: 0.7,
    colsampleBynode: 0.7,
  };

  it('is the same for a seed and different for another', () => {
    const json = (seed: number) =>
      JSON.stringify({ ...boosterToJson(trained({ ...params, seed })), params: 0 });
    expect(json(4)).toBe(json(4));
    expect(json(4)).not.toBe(json(5));
  });

  it('still learns', () => {
    const booster = trained({ ...params, rounds: 100 });
    expect(rmse(booster.predict(test.features), test.labels)).toBeLessThan(0.4);
  });

  it('adds every tree to rows that are not in its sample, too', () => {
    // A continued booster begins with what the first half predicts for all rows.
    const whole = trained({ ...params, rounds: 20 });
    const half = trained({ ...params, rounds: 10 });
    const continued = trained({ ...params, rounds: 10 }, { continueFrom: half });
    expect(boosterToJson(continued)).toEqual({ ...boosterToJson(whole), params: continued.params });
  });

  it('gives each tree its share of features', () => {
    const booster = trained({ rounds: 40, colsampleBytree: 0.4 });
    for (const tree of booster.trees) {
      const used = new Set([...tree.feature].filter((_, node) => tree.left[node] >= 0));
      expect(used.size).toBeLessThanOrEqual(2);
    }
    expect(featureImportance(booster).weight.every((count) => count > 0)).toBe(true);
  });
});

describe('early stopping', () => {
  it('keeps the rounds up to the best one', () => {
    const booster = trained(
      { rounds: 500, learningRate: 0.3, earlyStoppingRounds: 10 },
      { validation: test },
    );
    const history = booster.validationHistory!;
    const best = history.indexOf(Math.min(...history));
    expect(booster.trees.length).toBe(best + 1);
    expect(history.length).toBe(best + 11);
    expect(rmse(booster.predict(test.features), test.labels)).toBeCloseTo(history[best], 6);
  });

  it('takes any metric', () => {
    const seen: number[] = [];
    const evalMetric = (predictions: Float64Array, labels: Float32Array) => {
      seen.push(predictions.length);
      return -rmse(predictions, labels);
    };
    const options = { rounds: 50, earlyStoppingRounds: 3 };
    const booster = trained(options, { validation: test, evalMetric });
    expect(booster.trees.length).toBe(1);
    expect(seen).toEqual([ROWS, ROWS, ROWS, ROWS]);
  });

  it('answers a metric that is no number', () => {
    const evalMetric = () => Number.NaN;
    expect(() => trained({}, { validation: test, evalMetric })).toThrow(
      expect.objectContaining({ code: 'invalid-data', path: ['evalMetric'] }),
    );
  });
});

describe('continued training', () => {
  it('gives the booster that would have been trained in one go', () => {
    const whole = trained({ rounds: 20 });
    const half = trained({ rounds: 10 });
    const continued = trained({ rounds: 10 }, { continueFrom: half });
    expect(continued.trees.length).toBe(20);
    expect(boosterToJson(continued)).toEqual({ ...boosterToJson(whole), params: continued.params });
  });

  it('refuses another objective', () => {
    expect(() => trained({ objective: 'huber' }, { continueFrom: trained({ rounds: 1 }) })).toThrow(
      expect.objectContaining({ code: 'invalid-option', path: ['continueFrom'] }),
    );
  });
});

describe('weights and base margin', () => {
  it('counts a row of weight two as two rows', () => {
    const twice = {
      rows: 2 * ROWS,
      columns: train.features.columns.map((column) => Float32Array.of(...column, ...column)),
    };
    const labels = Float32Array.of(...train.labels, ...train.labels);
    const weights = new Float32Array(ROWS).fill(2);
    const params = { rounds: 10, baseScore: 0 };
    const weighted = trainBooster({ ...train, weights }, params).predict(test.features);
    const repeated = trainBooster({ features: twice, labels }, params).predict(test.features);
    expect(rmse(weighted, repeated)).toBeLessThan(1e-5);
  });

  it('starts from the base margin', () => {
    const baseMargin = Float32Array.from(train.mean);
    const booster = trained({ rounds: 1, maxDepth: 1, gamma: 1e6 }, { baseMargin });
    const margins = booster.predict(train.features, undefined, { baseMargin });
    let bias = 0;
    for (let i = 0; i < ROWS; i++) bias += (train.labels[i] - baseMargin[i]) / ROWS;
    // One leaf: its value is the shrunk mean residual, sum / (n + 1) * 0.1.
    for (let i = 0; i < ROWS; i++) {
      expect(margins[i]).toBeCloseTo(baseMargin[i] + (0.1 * bias * ROWS) / (ROWS + 1), 5);
    }
  });
});

describe('quantiles', () => {
  it('predicts several at once, each with its share of labels below', () => {
    const levels = [0.1, 0.5, 0.9];
    const large = makeData(3, 4000);
    const booster = trainBooster(large, {
      objective: 'quantile',
      quantiles: levels,
      maxDepth: 3,
      minChildWeight: 20,
    });
    const fresh = makeData(4, 4000);
    const predictions = booster.predict(fresh.features);
    levels.forEach((level, output) => {
      let below = 0;
      for (let i = 0; i < 4000; i++) if (fresh.labels[i] <= predictions[output * 4000 + i]) below++;
      expect(Math.abs(below / 4000 - level)).toBeLessThan(0.04);
      const row = fresh.features.columns.map((column) => column[7]);
      expect(booster.predictRow(row, output)).toBe(predictions[output * 4000 + 7]);
    });
  });

  it('explains each of them', () => {
    const booster = trained({ objective: 'quantile', quantiles: [0.2, 0.8], rounds: 5 });
    const margins = booster.predict(test.features, undefined, { outputMargin: true });
    const contributions = shapValues(booster, test.features, 1);
    for (let i = 0; i < ROWS; i++) {
      const sum = contributions.subarray(i * 6, i * 6 + 6).reduce((total, value) => total + value, 0);
      expect(sum).toBeCloseTo(margins[ROWS + i], 5);
    }
  });
});

describe('contributions', () => {
  // Trees with fewer and with more splits than those whose outcomes are kept, for more different rows than are.
  it.each([5, 8])('are those of each row alone, with trees of depth %i', (maxDepth) => {
    const booster = trained({ rounds: 6, maxDepth, minChildWeight: 1 });
    const together = shapValues(booster, test.features);
    for (let i = 0; i < ROWS; i++) {
      const columns = test.features.columns.map((column) => column.subarray(i, i + 1));
      expect(shapValues(booster, { rows: 1, columns })).toEqual(together.slice(i * 6, i * 6 + 6));
    }
  });
});

describe('constraints and shapes of trees', () => {
  it.each([1, -1] as const)('never breaks a monotone constraint of %i', (sign) => {
    const booster = trained({ monotoneConstraints: [0, sign, 0, 0, 0] });
    const random = createRandom(9);
    for (let k = 0; k < 50; k++) {
      const row = Array.from({ length: 5 }, random.uniform);
      let previous = -Infinity * sign;
      for (let step = 0; step <= 40; step++) {
        row[1] = step / 40;
        const value = booster.predictRow(row);
        expect((value - previous) * sign).toBeGreaterThanOrEqual(0);
        previous = value;
      }
    }
  });

  it('keeps depth and leaves within their limits', () => {
    const depthwise = trained({ rounds: 3, maxDepth: 3 });
    const lossguide = trained({ rounds: 3, maxDepth: 0, maxLeaves: 7, growPolicy: 'lossguide' });
    for (const tree of depthwise.trees) expect(tree.nodeCount).toBeLessThanOrEqual(15);
    for (const tree of lossguide.trees) expect(tree.nodeCount).toBe(13);
    const small = trained({ rounds: 5, minChildWeight: 100 });
    for (const tree of small.trees) {
      for (let node = 0; node < tree.nodeCount; node++) expect(tree.cover[node]).toBeGreaterThanOrEqual(100);
    }
  });

  it('sends a missing value where it was learned to belong', () => {
    const column = Float32Array.from({ length: 200 }, (_, i) => (i % 4 === 0 ? Number.NaN : i));
    const features = { rows: 200, columns: [column] };
    const labels = Float32Array.from(column, (value) => (value < 100 || Number.isNaN(value) ? 0 : 10));
    const booster = trainBooster({ features, labels }, { rounds: 50, learningRate: 0.5 });
    expect(booster.predictRow([Number.NaN])).toBeCloseTo(0, 3);
    expect(booster.predictRow([150])).toBeCloseTo(10, 3);
  });

  it('splits sets of categories, and accepts an unknown one', () => {
    const random = createRandom(12);
    const column = Float32Array.from({ length: 2000 }, () => random.integer(20));
    const features = { rows: 2000, columns: [column] };
    const labels = column.map((category) => ([3, 7, 11, 19].includes(category) ? 5 : 1));
    const params = { rounds: 1, maxDepth: 1, learningRate: 1, lambda: 0 };
    const booster = trainBooster({ features, labels }, { ...params, categoricalFeatures: [0] });
    expect(rmse(booster.predict(features), labels)).toBeLessThan(1e-5);
    expect(rmse(trainBooster({ features, labels }, params).predict(features), labels)).toBeGreaterThan(0.5);
    for (const category of [20, 300, -1, 2.5, Number.NaN])
      expect([1, 5]).toContain(Math.round(booster.predictRow([category])));
    const bad = { rows: 1, columns: [Float32Array.of(255)] };
    expect(() =>
      trainBooster({ features: bad, labels: Float32Array.of(1) }, { categoricalFeatures: [0] }),
    ).toThrow(expect.objectContaining({ code: 'invalid-data', path: ['features', 0, 0] }));
  });
});
