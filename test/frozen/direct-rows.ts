// The only file here that imports from inside the package: the training rows of direct boosting are not public.
import type { CalendarEvent, Panel } from 'commerce-forecast';
import { runAtOnce } from '../../src/long-call.js';
import { FeatureSources } from '../../src/models/boosting/direct/feature-context.js';
import { FEATURE_NAMES } from '../../src/models/boosting/direct/features.js';
import { salesHistory } from '../../src/models/boosting/direct/sales-history.js';
import { directRows } from '../../src/models/boosting/direct/training-rows.js';
import { stepGrid } from '../../src/models/step-grid.js';

const PLAN = { fromStep: 1, toStep: 14, lookback: 200, mostRows: 2000, seed: 3 };

export interface DirectFeatureRows {
  readonly names: readonly string[];
  readonly rows: number;
  readonly columns: readonly Float32Array[];
  /** Sales of the targets, their steps and the levels that they are divided by. */
  readonly targets: readonly ArrayLike<number>[];
}

/** Rows that direct boosting would learn from, sampled down to about two thousand. */
export function directFeatureRows(panel: Panel, events: readonly CalendarEvent[]): DirectFeatureRows {
  const sales = salesHistory(panel, stepGrid(1));
  const sources = runAtOnce(FeatureSources.prepare(sales, PLAN.toStep, events));
  const { rows, columns, values, targets, bases } = runAtOnce(
    directRows(sales, sources, { ...PLAN, ids: panel.ids }),
  );
  return {
    names: FEATURE_NAMES,
    rows,
    columns,
    targets: [values, targets, bases.level, bases.weekday, bases.structural],
  };
}
