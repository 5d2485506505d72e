import { computeFeaturesSteps } from '../../../features/compute-features.js';
import type { FeatureMatrix } from '../../../features/matrix.js';
import type { Progress } from '../../../long-call.js';
import type { Panel } from '../../../panel/panel.js';
import { selectSeries } from '../../../panel/slice.js';
import type { Covariates } from '../../contract.js';

/** Feature rows with their labels; rows without an observed label are left out. */
export interface TrainingRows {
  readonly features: FeatureMatrix;
  readonly labels: Float32Array;
}

/** One row for each observed day of each series among the last `lookbackDays` days of the panel. */
export function* trainingRows(
  panel: Panel,
  lookbackDays: number,
  covariates: Covariates,
): Generator<Progress, TrainingRows, void> {
  const from = Math.max(0, panel.days - lookbackDays);
  const all = yield* computeFeaturesSteps(panel, { ...covariates, from });
  const labels = windowOf(panel, from);
  let observed = 0;
  for (const label of labels) if (!Number.isNaN(label)) observed++;
  if (observed === all.rows) return { features: all, labels };
  const columns: Float32Array[] = [];
  for (const column of all.columns) {
    columns.push(keepObserved(column, labels, observed));
    yield { phase: 'select rows', done: columns.length, total: all.columns.length };
  }
  return { features: { ...all, rows: observed, columns }, labels: keepObserved(labels, labels, observed) };
}

function windowOf(panel: Panel, from: number): Float32Array {
  const days = panel.days - from;
  const values = new Float32Array(panel.seriesCount * days);
  for (let s = 0; s < panel.seriesCount; s++) {
    values.set(panel.units.subarray(s * panel.days + from, (s + 1) * panel.days), s * days);
  }
  return values;
}

function keepObserved(column: Float32Array, labels: Float32Array, observed: number): Float32Array {
  const kept = new Float32Array(observed);
  for (let i = 0, k = 0; i < column.length; i++) if (!Number.isNaN(labels[i])) kept[k++] = column[i];
  return kept;
}

/** The series that the trees learn from: all, or `sampleSeries` of them at equal distances. */
export function sampleOf(panel: Panel, sampleSeries: number | undefined): Panel {
  if (sampleSeries === undefined || sampleSeries >= panel.seriesCount) return panel;
  const step = panel.seriesCount / sampleSeries;
  return selectSeries(
    panel,
    Array.from({ length: sampleSeries }, (_, i) => Math.floor(i * step)),
  );
}
