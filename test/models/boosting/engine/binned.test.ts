import { type BoosterParams, binMatrix, selectBinned, trainBooster } from 'commerce-forecast/boosting';
import { describe, expect, it } from 'vitest';
import { ForecastError } from '../../../../src/errors.js';
import { Sampler } from '../../../../src/models/boosting/engine/data/sampling.js';
import { resolveParams } from '../../../../src/models/boosting/engine/params.js';
import { leafOf } from '../../../../src/models/boosting/engine/trees/tree.js';
import { createRandom } from '../../../../src/random.js';

const ROWS = 900;

/** Forty columns, some with missing values; the second and third are categories. */
function generate() {
  const random = createRandom(8);
  const columns = Array.from({ length: 40 }, (_, feature) =>
    Float32Array.from({ length: ROWS }, () => {
      if (feature === 1 || feature === 2) return random.integer(9);
      return feature % 3 === 0 && random.uniform() < 0.1 ? Number.NaN : random.uniform();
    }),
  );
  const labels = Float32Array.from({ length: ROWS }, (_, i) =>
    columns.reduce((sum, column, feature) => sum + (feature % 5) * (column[i] || 0), random.uniform()),
  );
  const weights = labels.map((_, i) => 1 + (i % 3));
  const names = columns.map((_, feature) => `f${feature}`);
  return { features: { rows: ROWS, columns, names }, labels, weights };
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return ForecastError.is(error) ? `${error.code}:${error.path.join('.')}` : String(error);
  }
  return 'no error';
}

describe('sampled features', () => {
  it('grow the tree that they grow in a matrix without the others', () => {
    const { features, labels, weights } = generate();
    const params = { rounds: 1, baseScore: 5, maxBin: 32, seed: 3 };
    const [tree] = trainBooster({ features, labels, weights }, { ...params, colsampleBytree: 0.15 }).trees;
    const sampler = new Sampler(resolveParams({ ...params, colsampleBytree: 0.15 }, 40), 40);
    sampler.startTree(0);
    const used = [...sampler.treeFeatures];
    expect(used).toHaveLength(6);
    const columns = used.map((feature) => features.columns[feature]);
    const [alone] = trainBooster({ features: { rows: ROWS, columns }, labels, weights }, params).trees;
    const inner = [...tree.left.keys()].filter((node) => tree.left[node] >= 0);
    expect(inner.map((node) => used[alone.feature[node]])).toEqual(inner.map((node) => tree.feature[node]));
    for (const part of ['left', 'condition', 'defaultLeft', 'gain', 'cover'] as const) {
      expect(alone[part]).toEqual(tree[part]);
    }
  });

  it('and sampled rows: every leaf covers the drawn rows that reach it', () => {
    const { features, labels } = generate();
    const params = { rounds: 1, colsampleBytree: 0.2, subsample: 0.6, seed: 4, categoricalFeatures: [1, 2] };
    const [tree] = trainBooster({ features, labels }, params).trees;
    const sampler = new Sampler(resolveParams(params, 40), 40);
    sampler.startTree(0);
    const order = new Uint32Array(ROWS);
    const drawn = order.subarray(0, sampler.drawRows(order));
    const reached = new Float32Array(tree.nodeCount);
    for (const row of drawn) reached[leafOf(tree, features.columns, row)]++;
    const leaves = [...tree.left.keys()].filter((node) => tree.left[node] < 0);
    expect(leaves.map((leaf) => tree.cover[leaf])).toEqual(leaves.map((leaf) => reached[leaf]));
  });
});

describe('binMatrix', () => {
  const params: Partial<BoosterParams> = {
    rounds: 8,
    colsampleBytree: 0.5,
    subsample: 0.7,
    objective: 'poisson',
  };
  const bins = { maxBin: 64, categoricalFeatures: [1, 2] };

  it('gives the boosters that the matrix itself gives', () => {
    const { features, labels, weights } = generate();
    const binned = binMatrix(features, bins);
    for (const objective of ['squared', 'poisson'] as const) {
      const shared = trainBooster({ features: binned, labels, weights }, { ...params, objective });
      const own = trainBooster({ features, labels, weights }, { ...params, ...bins, objective });
      expect(shared.trees).toEqual(own.trees);
      expect(shared.params).toEqual(own.params);
      expect(shared.featureNames).toEqual(own.featureNames);
    }
  });

  it('is continued by a part of rows and features', () => {
    const { features, labels } = generate();
    const rows = Uint32Array.from({ length: 600 }, (_, i) => (i * 7) % ROWS);
    const chosen = [5, 1, 9, 4];
    const part = selectBinned(binMatrix(features, bins), { rows, features: chosen });
    // With as many bins as values, the bins of a part are those of its own values.
    const columns = chosen.map((feature) => Float32Array.from(rows, (row) => features.columns[feature][row]));
    expect(part.names).toEqual(['f5', 'f1', 'f9', 'f4']);
    expect([...part.categorical]).toEqual([0, 1, 0, 0]);
    const data = { features: part, labels: Float32Array.from(rows, (row) => labels[row]) };
    const booster = trainBooster(data, { rounds: 30 });
    const matrix = { rows: rows.length, columns };
    const predictions = booster.predict(matrix);
    // Sums over leaves: with squared error and no shrinkage of the last margins, predictions follow the labels.
    const mean = data.labels.reduce((sum, label) => sum + label) / rows.length;
    let spread = 0;
    let left = 0;
    data.labels.forEach((label, i) => {
      spread += (label - mean) ** 2;
      left += (label - predictions[i]) ** 2;
    });
    expect(left / spread).toBeLessThan(0.5);
    expect(booster.trees[0].cover[0]).toBe(600);
  });

  it('refuses what it was not binned for', () => {
    const { features, labels } = generate();
    const binned = binMatrix(features, bins);
    const data = { features: binned, labels };
    const earlier = trainBooster(data, params);
    expect(codeOf(() => trainBooster(data, { maxBin: 32 }))).toBe('invalid-option:params.maxBin');
    expect(codeOf(() => trainBooster(data, { categoricalFeatures: [1] }))).toBe(
      'invalid-option:params.categoricalFeatures',
    );
    expect(codeOf(() => trainBooster(data, { categoricalFeatures: [2, 1], maxBin: 64, rounds: 1 }))).toBe(
      'no error',
    );
    expect(codeOf(() => trainBooster({ ...data, continueFrom: earlier }, params))).toBe(
      'invalid-option:continueFrom',
    );
    expect(codeOf(() => trainBooster({ features: binned, labels: labels.subarray(1) }))).toBe(
      'invalid-data:labels',
    );
    expect(codeOf(() => selectBinned(binned, { rows: [ROWS] }))).toBe('invalid-option:rows.0');
    expect(codeOf(() => selectBinned(binned, { features: [] }))).toBe('invalid-option:features');
    expect(codeOf(() => binMatrix({ rows: 0, columns: [] }))).toBe('empty-data:features');
    expect(codeOf(() => binMatrix(features, { maxBin: 1 }))).toBe('invalid-option:params.maxBin');
    expect(codeOf(() => binMatrix(features, { bins: 3 } as object))).toBe('invalid-option:bins');
  });
});
