import { describe, expect, it } from 'vitest';
import { ensembleOf } from '../../../../src/models/combine/adaptive/adaptive-ensemble.js';
import { ensembleMembers } from '../../../../src/models/combine/adaptive/ensemble-members.js';
import { tryMembers } from '../../../../src/models/combine/adaptive/member-trials.js';
import { ofAllSeries, trialSample } from '../../../../src/models/combine/adaptive/trial-sample.js';
import { generatePanel } from '../../../../src/testing/index.js';

function panelOf(ids: readonly string[], categoryCount = 3) {
  const categories = Array.from({ length: categoryCount }, (_, k) => `category ${k}`);
  return { ids, seriesCount: ids.length, categories };
}

const ids = Array.from({ length: 1000 }, (_, k) => `SKU-${k}`);

describe('trialSample', () => {
  it('takes all series of a small panel', () => {
    expect(trialSample(panelOf(ids.slice(0, 300)))).toBeUndefined();
    expect(trialSample(panelOf(ids, 100))).toBeUndefined();
  });

  it('draws some of a large one by their names', () => {
    const sample = trialSample(panelOf(ids))!;
    expect(sample).toHaveLength(300);
    expect([...sample]).toEqual([...new Set(sample)].sort((a, b) => a - b));
    const reversed = ids.toReversed();
    const names = (order: readonly string[]) =>
      Array.from(trialSample(panelOf(order))!, (s) => order[s]).sort();
    expect(names(reversed)).toEqual(names(ids));
    // Evenly, and not every n-th.
    const firstHalf = sample.filter((s) => s < 500).length;
    expect(Math.abs(firstHalf - 150)).toBeLessThan(30);
    expect(new Set(sample.slice(1).map((s, k) => s - sample[k])).size).toBeGreaterThan(5);
  });

  it('draws ten of a category on average', () => {
    expect(trialSample(panelOf(ids, 60))).toHaveLength(600);
  });
});

it('a trial of a sample has no forecast of the other series', () => {
  const trial = { end: 5, means: [Float64Array.of(1, 2, 3, 4), undefined] };
  const { end, means } = ofAllSeries(trial, Int32Array.of(0, 2), 3);
  expect(end).toBe(5);
  expect([...means[0]!]).toEqual([1, 2, Number.NaN, Number.NaN, 3, 4]);
  expect(means[1]).toBeUndefined();
});

it('the members of a large panel are tried on the sample, and weighted for all series', async () => {
  const panel = generatePanel({ products: 320, categories: 4, days: 120, seed: 2, columns: false });
  const members = ensembleMembers({ effort: 'fast' });
  const tried: number[] = [];
  const model = ensembleOf(members, (sampled, options) => {
    tried.push(sampled.seriesCount);
    return tryMembers(members, sampled, options);
  });
  const { names, weights } = (await model.fit(panel)).memberWeights!();
  expect(tried).toEqual([300]);
  for (let s = 0; s < panel.seriesCount; s++) {
    const own = weights.subarray(s * names.length, (s + 1) * names.length);
    expect(own.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
    expect(own[0]).toBeGreaterThan(0);
  }
});
