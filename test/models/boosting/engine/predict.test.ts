import { describe, expect, it } from 'vitest';
import { TreeEnsemble } from '../../../../src/models/boosting/engine/predict.js';
import { trainBooster } from '../../../../src/models/boosting/engine/train.js';
import { leafOf } from '../../../../src/models/boosting/engine/trees/tree.js';
import { createRandom } from '../../../../src/random.js';

const ROWS = 203;

function generate(features: number) {
  const random = createRandom(features);
  const columns = Array.from({ length: features }, () =>
    Float32Array.from({ length: ROWS }, () => (random.uniform() < 0.1 ? Number.NaN : random.normal())),
  );
  const labels = Float32Array.from(
    { length: ROWS },
    (_, i) => (columns[0][i] || 0) + (columns[features - 1][i] || 0),
  );
  return { features: { rows: ROWS, columns }, labels };
}

describe('TreeEnsemble', () => {
  it.each([
    ['one feature and one tree', 1, { rounds: 1 }],
    ['more trees and features than are laid out together', 700, { rounds: 150, colsampleBytree: 0.02 }],
    [
      'trees of different depth, some too deep to be laid out as complete ones',
      3,
      { rounds: 9, maxDepth: 11 },
    ],
    ['leaves alone', 2, { rounds: 3, minChildWeight: 1e6 }],
  ])('adds up to the bit what walking the trees gives: %s', (_, featureCount, params) => {
    const data = generate(featureCount);
    const { trees } = trainBooster(data, { minChildWeight: 0, ...params });
    const ensemble = new TreeEnsemble(trees, featureCount);
    const walked = Float32Array.from({ length: ROWS }, (_, row) => {
      let sum = Math.fround(0.5);
      for (const tree of trees) {
        sum = Math.fround(sum + tree.condition[leafOf(tree, data.features.columns, row)]);
      }
      return sum;
    });
    for (const rows of [0, 1, 7, 8, 63, 64, 65, ROWS]) {
      const sums = new Float32Array(rows).fill(0.5);
      ensemble.addMargins(data.features.columns, rows, sums);
      expect(sums).toEqual(walked.subarray(0, rows));
    }
    const row = data.features.columns.map((column) => column[5]);
    expect(ensemble.rowMargin(row, 0.5)).toBe(walked[5]);
  });

  it('covers runs that end for each of the reasons', () => {
    const { trees } = trainBooster(generate(700), { rounds: 150, colsampleBytree: 0.02, minChildWeight: 0 });
    const used = new Set(
      trees.flatMap((tree) => [...tree.feature].filter((_, node) => tree.left[node] >= 0)),
    );
    expect(trees.length).toBeGreaterThan(128);
    expect(used.size).toBeGreaterThan(512);
  });
});
