import { expect, it } from 'vitest';
import { runAtOnce } from '../../../../src/long-call.js';
import { FeatureSources } from '../../../../src/models/boosting/direct/feature-context.js';
import { salesHistory } from '../../../../src/models/boosting/direct/sales-history.js';
import { directRows } from '../../../../src/models/boosting/direct/training-rows.js';
import { stepGrid } from '../../../../src/models/step-grid.js';
import type { Panel } from '../../../../src/panel/panel.js';
import { selectSeries } from '../../../../src/panel/slice.js';
import { generatePanel } from '../../../../src/testing/index.js';

const panel = generatePanel({ products: 200, days: 200, seed: 5, columns: false });

/** Number of rows of each series, by its name. */
function rowsBySeries(of: Panel, mostRows: number): Map<string, number> {
  const sales = salesHistory(of, stepGrid(1));
  const sources = runAtOnce(FeatureSources.prepare(sales, 0, []));
  const plan = { fromStep: 1, toStep: 28, lookback: 730, mostRows, seed: 1, ids: of.ids };
  const { rows, columns, names } = runAtOnce(directRows(sales, sources, plan));
  const counts = new Map<string, number>();
  const series = columns[names.indexOf('series')].subarray(0, rows);
  for (const s of series) counts.set(of.ids[s], (counts.get(of.ids[s]) ?? 0) + 1);
  return counts;
}

function total(counts: Map<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

it('rows are drawn of all series while each has sixteen on average', () => {
  const counts = rowsBySeries(panel, 6400);
  expect(counts.size).toBeGreaterThan(190);
  expect(total(counts) / 6400).toBeCloseTo(1, 1);
});

it('fewer rows are drawn of some series only, by their names', () => {
  const counts = rowsBySeries(panel, 800);
  expect(Math.abs(counts.size - 50)).toBeLessThan(20);
  expect(Math.abs(total(counts) - 800)).toBeLessThan(100);
  const backwards = rowsBySeries(selectSeries(panel, [...panel.ids.keys()].reverse()), 800);
  expect(new Map([...backwards].sort())).toEqual(new Map([...counts].sort()));
});
