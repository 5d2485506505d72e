// The 54 features against a second computation: `naive-features.ts` has their definitions as loops over the sales.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CalendarEvent, Panel } from '../../../../src/index.js';
import { runAtOnce } from '../../../../src/long-call.js';
import { FeatureSources } from '../../../../src/models/boosting/direct/feature-context.js';
import { FeatureWriter } from '../../../../src/models/boosting/direct/feature-writer.js';
import { DIRECT_FEATURES, FEATURE_NAMES } from '../../../../src/models/boosting/direct/features.js';
import { salesHistory } from '../../../../src/models/boosting/direct/sales-history.js';
import { targetBases } from '../../../../src/models/boosting/direct/target-bases.js';
import { stepGrid } from '../../../../src/models/step-grid.js';
import { generatePanel } from '../../../../src/testing/index.js';
import { DAYS, type NaiveGrid, naiveRow, WEEKS } from './naive-features.js';

/** Features that are made of sales and the calendar alone; those of the structural model have tests of their own. */
const OF_STRUCTURE = ['structural', 'promotion', 'price'];
const SALES_NAMES = DIRECT_FEATURES.filter(({ group }) => !OF_STRUCTURE.includes(group)).map(
  ({ name }) => name,
);

const LENGTH = 1260;

const WEEKDAYS = /^day_of_week$|^(category|panel)_weekday/;

/** Five products of two categories; one pauses, one begins late, one sold nothing for months, one once in a while. */
function smallPanel(): Panel {
  const panel = generatePanel({ products: 5, categories: 2, days: LENGTH, seed: 31 });
  const units = panel.units.slice();
  const fill = (series: number, from: number, to: number, value: (day: number) => number) => {
    for (let d = from; d < to; d++) units[series * LENGTH + d] = value(d);
  };
  fill(1, 0, LENGTH, (d) => ((7 * d) % 11) + (d % 7 === 5 ? 6 : 0));
  fill(1, 700, 760, () => Number.NaN);
  fill(2, 0, 820, () => Number.NaN);
  fill(3, 1030, LENGTH, () => 0);
  fill(4, 0, LENGTH, (d) => (d % 9 === 4 ? 1 + (d % 4) : 0));
  return { ...panel, units, categoryOf: Int32Array.from([0, 1, 0, 1, 1]) };
}

/** Two holidays of every year, six days apart and one of them with a window, and a payday of every month. */
function events({ startDay }: Panel): CalendarEvent[] {
  return [
    ...[60, 425, 790, 1155].map((d) => ({
      name: 'feast',
      day: startDay + d,
      lowerWindow: -1,
      upperWindow: 1,
    })),
    ...[66, 431, 796, 1161].map((d) => ({ name: 'aftermath', day: startDay + d })),
    ...Array.from({ length: 45 }, (_, month) => ({ name: 'payday', day: startDay + 30 * month + 5 })),
  ];
}

/** The panel in weeks. */
function weekly(panel: Panel): Panel {
  const weeks = panel.days / 7;
  const units = new Float64Array(panel.seriesCount * weeks);
  for (let i = 0; i < units.length; i++) {
    for (let d = 0; d < 7; d++) units[i] += panel.units[7 * i + d];
  }
  return { ...panel, startDay: panel.startDay + 6, days: weeks, units };
}

const daily = smallPanel();
const cases: { name: string; panel: Panel; grid: NaiveGrid; ends: number[]; steps: number[] }[] = [
  {
    name: 'days',
    panel: daily,
    grid: DAYS,
    ends: [849, 1141, 1150],
    steps: [1, 5, 7, 8, 12, 13, 20, 28, 90, 355, 363, 370],
  },
  {
    name: 'weeks',
    panel: weekly(daily),
    grid: WEEKS,
    ends: [123, 160, 162],
    steps: [1, 2, 3, 4, 5, 13, 51, 60],
  },
];

describe.each(cases)('features of a panel of $name', ({ panel, grid, ends, steps }) => {
  const known = events(daily);
  const sales = salesHistory(panel, stepGrid(grid.stepDays));
  const sources = runAtOnce(FeatureSources.prepare(sales, 400, known));
  const writer = new FeatureWriter(sales, 400, sources.extras, steps.length);
  const columns = FEATURE_NAMES.map(() => new Float32Array(steps.length));
  const bases = targetBases(steps.length);
  const seen = new Map<string, Set<number>>();

  it.each(ends)('are what their definitions say after %i steps', (end) => {
    for (let series = 0; series < panel.seriesCount; series++) {
      writer.startAnchor(sources.of(series), end, series, panel.categoryOf[series]);
      writer.write(steps, columns, bases, 0);
      steps.forEach((step, row) => {
        const naive = naiveRow(panel, grid, known, { series, end, step });
        expect(Object.keys(naive.features)).toEqual(SALES_NAMES);
        const place = `series ${series}, step ${step}`;
        SALES_NAMES.forEach((name, j) => {
          expectClose(columns[j][row], naive.features[name], `${name} of ${place}`);
          seen.set(name, (seen.get(name) ?? new Set()).add(columns[j][row]));
        });
        for (const base of ['level', 'weekday'] as const) {
          expectClose(bases[base][row], naive.bases[base], `${base} base of ${place}`);
        }
      });
    }
  });

  it('take more than one value each, so that the comparison means something', () => {
    // A week has no weekdays.
    const constant = SALES_NAMES.filter((name) => grid === WEEKS && WEEKDAYS.test(name));
    for (const [name, values] of seen) {
      const finite = [...values].filter(Number.isFinite);
      if (!constant.includes(name)) expect(finite.length, name).toBeGreaterThan(1);
    }
  });
});

describe('the table of features', () => {
  it('has one row per feature, each with a unique name', () => {
    expect(SALES_NAMES).toHaveLength(54);
    expect(DIRECT_FEATURES).toHaveLength(66);
    expect(new Set(FEATURE_NAMES).size).toBe(66);
  });

  it('has the groups that the documentation lists', () => {
    const text = readFileSync(new URL('../../../../docs/direct-boosting.md', import.meta.url), 'utf8');
    const documented = [...text.matchAll(/^\| `([a-z ]+)` \| (\d+) \|/gm)].map(([, group, count]) => [
      group,
      +count,
    ]);
    const counts = new Map<string, number>();
    for (const { group } of DIRECT_FEATURES) counts.set(group, (counts.get(group) ?? 0) + 1);
    expect(documented).toEqual([...counts]);
  });
});

/** Single precision; values that are not finite are missing. */
function expectClose(actual: number, expected: number, what: string): void {
  if (Number.isFinite(expected)) {
    expect(Math.abs(actual - expected), `${what}: ${actual}, not ${expected}`).toBeLessThanOrEqual(
      1e-6 * Math.max(0.01, Math.abs(expected)),
    );
  } else expect(actual, what).toBeNaN();
}
