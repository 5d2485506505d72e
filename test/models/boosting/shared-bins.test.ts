import { expect, it } from 'vitest';
import { runAtOnce } from '../../../src/long-call.js';
import { binFeatures, takeRows } from '../../../src/models/boosting/binning.js';
import { nativeEngine, trainBinned } from '../../../src/models/boosting/engine.js';
import { DEFAULT_PARAMS } from '../../../src/models/boosting/params.js';
import { createRandom } from '../../../src/random.js';

const random = createRandom(3, 0);
const rows = 400;
const columns = Array.from({ length: 5 }, () => Float32Array.from({ length: rows }, () => random.normal()));
const features = { rows, columns };
const labels = Float32Array.from({ length: rows }, (_, i) => columns[0][i] - 2 * columns[1][i]);
const params = { rounds: 5, maxDepth: 3, maxBin: 32, subsample: 0.8 };

it('trains the same booster on bins that were made before', async () => {
  const binned = runAtOnce(binFeatures(features, { ...DEFAULT_PARAMS, ...params }));
  const shared = await trainBinned({ features, labels, binned }, { ...params, seed: 4 }, {});
  const own = await nativeEngine.train({ features, labels }, params, { seed: 4 });
  expect(shared.toJSON()).toEqual(own.toJSON());
});

it('takes some rows of a binned matrix, in both of its layouts', () => {
  const binned = runAtOnce(binFeatures(features, { ...DEFAULT_PARAMS, ...params }));
  const picked = Uint32Array.of(7, 3, 399);
  const taken = takeRows(binned, picked);
  const { wordsPerRow } = binned;
  expect(taken.rows).toBe(3);
  picked.forEach((row, i) => {
    expect(taken.columns.map((column) => column[i])).toEqual(binned.columns.map((column) => column[row]));
    expect([...taken.words.subarray(i * wordsPerRow, (i + 1) * wordsPerRow)]).toEqual([
      ...binned.words.subarray(row * wordsPerRow, (row + 1) * wordsPerRow),
    ]);
  });
});
