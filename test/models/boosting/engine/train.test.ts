import { boosterFromJson, boosterToJson, trainBooster, trainBoosterAsync } from 'commerce-forecast/boosting';
import { describe, expect, it } from 'vitest';
import { ForecastError } from '../../../../src/errors.js';
import { createRandom } from '../../../../src/random.js';

function generate(rows: number, seed: number, missingShare = 0) {
  const random = createRandom(seed);
  const columns = Array.from({ length: 4 }, () =>
    Float32Array.from({ length: rows }, () =>
      random.uniform() < missingShare ? Number.NaN : random.uniform(),
    ),
  );
  const labels = Float32Array.from(
    { length: rows },
    (_, i) => 5 + 3 * (columns[0][i] || 0) + Math.sin(6 * (columns[1][i] || 0)) + 0.1 * random.normal(),
  );
  return { features: { rows, columns }, labels };
}

function meanSquare(predictions: ArrayLike<number>, labels: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < labels.length; i++) sum += (predictions[i] - labels[i]) ** 2;
  return sum / labels.length;
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return ForecastError.is(error) ? `${error.code}:${error.path.join('.')}` : String(error);
  }
  return 'no error';
}

describe('trainBooster', () => {
  it('computes the one tree that can be worked out by hand', () => {
    // Labels 0, 0, 4, 4 from base 2: gradients 2, 2, -2, -2; weights -4 / (2 + 1) and 4 / (2 + 1), shrunk by 0.3;
    // gain 16 / 3 + 16 / 3 - 0.
    const features = { rows: 4, columns: [Float32Array.of(1, 2, 3, 4)] };
    const labels = Float32Array.of(0, 0, 4, 4);
    const booster = trainBooster(
      { features, labels },
      { rounds: 1, maxDepth: 1, learningRate: 0.3, baseScore: 2 },
    );
    const [tree] = booster.trees;
    expect(tree.condition[0]).toBe(3);
    expect(tree.gain[0]).toBeCloseTo(32 / 3, 5);
    expect([...tree.cover]).toEqual([4, 2, 2]);
    expect([...booster.predict(features)].map((v) => v.toFixed(5))).toEqual([
      '1.60000',
      '1.60000',
      '2.40000',
      '2.40000',
    ]);
  });

  it('learns a function of two features close to the noise', () => {
    const train = generate(4000, 1);
    const test = generate(1000, 2);
    const booster = trainBooster(train);
    expect(meanSquare(booster.predict(test.features), test.labels)).toBeLessThan(0.02);
  });

  it('predicts one row as it predicts many, missing values included', () => {
    const { features, labels } = generate(500, 3, 0.2);
    const booster = trainBooster({ features, labels }, { rounds: 20 });
    const all = booster.predict(features);
    for (let i = 0; i < 500; i++) {
      expect(booster.predictRow(features.columns.map((column) => column[i]))).toBe(all[i]);
    }
  });

  it('comes back from JSON exactly', () => {
    const { features, labels } = generate(500, 4, 0.1);
    const booster = trainBooster({ features, labels }, { rounds: 10 });
    const loaded = boosterFromJson(JSON.parse(JSON.stringify(boosterToJson(booster))));
    expect(loaded.predict(features)).toEqual(booster.predict(features));
    expect(boosterToJson(loaded)).toEqual(boosterToJson(booster));
  });

  it('gives the same booster in slices, and reports every tree', async () => {
    const data = generate(500, 5);
    const phases: string[] = [];
    const sliced = await trainBoosterAsync(
      data,
      { rounds: 7 },
      { onProgress: ({ phase }) => phases.push(phase) },
    );
    expect(boosterToJson(sliced)).toEqual(boosterToJson(trainBooster(data, { rounds: 7 })));
    expect(phases).toEqual([...Array(4).fill('bin'), ...Array(7).fill('boost')]);
  });

  it('stops when the signal fires', async () => {
    const controller = new AbortController();
    const options = { signal: controller.signal, onProgress: () => controller.abort() };
    await expect(trainBoosterAsync(generate(500, 6), {}, options)).rejects.toMatchObject({ code: 'aborted' });
  });

  it('answers bad input with the culprit', () => {
    const { features, labels } = generate(10, 7);
    const withLabel = (value: number) => Float32Array.from(labels, (v, i) => (i === 3 ? value : v));
    const train = (given: Partial<Parameters<typeof trainBooster>[0]>, params = {}) =>
      codeOf(() => trainBooster({ features, labels, ...given }, params));
    expect(train({ labels: withLabel(Number.NaN) })).toBe('invalid-data:labels.3');
    expect(train({ labels: withLabel(Infinity) })).toBe('invalid-data:labels.3');
    for (const objective of ['poisson', 'tweedie', 'gamma']) {
      expect(train({ labels: withLabel(-1) }, { objective })).toBe('invalid-data:labels.3');
    }
    expect(train({ labels: withLabel(0) }, { objective: 'gamma' })).toBe('invalid-data:labels.3');
    expect(train({ labels: labels.slice(1) })).toBe('invalid-data:labels');
    expect(train({ features: { rows: 0, columns: [] }, labels: new Float32Array(0) })).toBe(
      'empty-data:features',
    );
    const ragged = { rows: 10, columns: [features.columns[0], features.columns[1].slice(1)] };
    expect(train({ features: ragged })).toBe('invalid-data:features.columns.1');
    const infinite = { rows: 10, columns: [Float32Array.from(labels, (v, i) => (i === 2 ? -Infinity : v))] };
    expect(train({ features: infinite })).toBe('invalid-data:features.0.2');
    expect(train({ weights: new Float32Array(10) })).toBe('invalid-data:weights');
    expect(train({ weights: new Float32Array(10).fill(-1) })).toBe('invalid-data:weights.0');
    expect(train({}, { learningrate: 0.1 })).toBe('invalid-option:params.learningrate');
    expect(train({}, { maxDepth: 1.5 })).toBe('invalid-option:params.maxDepth');
    expect(train({}, { objective: 'squarederror' })).toBe('invalid-option:params.objective');
    expect(train({}, { earlyStoppingRounds: 5 })).toBe('invalid-option:params.earlyStoppingRounds');
    const booster = trainBooster({ features, labels }, { rounds: 1 });
    expect(codeOf(() => booster.predict({ rows: 1, columns: [Float32Array.of(1)] }))).toBe(
      'invalid-data:features',
    );
    expect(codeOf(() => booster.predictRow([1]))).toBe('invalid-data:row');
  });

  it('has a defined answer for one row, constant features and constant labels', () => {
    const one = { rows: 1, columns: [Float32Array.of(Number.NaN)] };
    expect(trainBooster({ features: one, labels: Float32Array.of(7) }).predictRow([3])).toBe(7);
    const constant = { rows: 100, columns: [new Float32Array(100).fill(2)] };
    const labels = new Float32Array(100).fill(3);
    for (const objective of [
      'squared',
      'absolute',
      'quantile',
      'poisson',
      'tweedie',
      'gamma',
      'huber',
    ] as const) {
      const booster = trainBooster({ features: constant, labels }, { rounds: 5, objective });
      expect(booster.predictRow([2])).toBeCloseTo(3, 5);
    }
    const zeros = trainBooster(
      { features: constant, labels: new Float32Array(100) },
      { objective: 'poisson' },
    );
    expect(zeros.predictRow([2])).toBeGreaterThanOrEqual(0);
    expect(zeros.predictRow([2])).toBeLessThan(1e-5);
  });
});
