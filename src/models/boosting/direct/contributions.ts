import type { FeatureMatrix } from '../../../features/matrix.js';
import { createPacer, runInSlices } from '../../../long-call.js';
import { exp } from '../../../math/index.js';
import { present } from '../../../present.js';
import { type ContributionOptions, type ContributionPart, ContributionSums } from '../../explanation.js';
import { addFactors, meanGrowth } from '../../factor-contributions.js';
import { eventPart, factorParts, factorValues } from '../../structural/contributions.js';
import { type ForecastFactors, FutureFactors } from '../../structural/future-factors.js';
import { FutureStructure, usualLevel } from '../../structural/structure-source.js';
import type { DirectState } from './direct-state.js';
import { FeatureSources } from './feature-context.js';
import { FeatureWriter } from './feature-writer.js';
import { DIRECT_FEATURES, type DirectFeature, FEATURE_NAMES } from './features.js';
import type { Learner } from './learners.js';
import { type TargetBases, targetBases } from './target-bases.js';
import type { Bucket } from './train-model.js';

/** Rows that are explained between two turns of the event loop. */
const BLOCK_ROWS = 32;
const STEP = FEATURE_NAMES.indexOf('step');

/**
 * Contributions to a forecast of direct boosting. Each learner multiplies a base by a ratio: the base is
 * attributed to its factors, the ratio to the features by TreeSHAP.
 */
export async function directContributions(
  state: DirectState,
  { series, weights, range, future = state.structure.future, ...calls }: ContributionOptions,
): Promise<ContributionSums> {
  const { tail, structure, levels, extras, near, far } = state;
  const horizon = range.to;
  const outlook = new FutureStructure(structure, levels, tail.steps, horizon, future);
  const prepared = FeatureSources.prepare(
    tail,
    horizon,
    structure.events,
    outlook,
    structure.eventScopes,
    extras,
  );
  const sources = await runInSlices(prepared, calls);
  const writer = new FeatureWriter(tail, horizon, sources.extras, BLOCK_ROWS);
  const factors = new FutureFactors(structure, horizon, future);
  const block = {
    columns: Array.from(
      { length: DIRECT_FEATURES.length + sources.extras.names.length },
      () => new Float32Array(BLOCK_ROWS),
    ),
    bases: targetBases(BLOCK_ROWS),
  };
  const learners = [near, far].flatMap((bucket) => bucket?.learners ?? []);
  const explainers = new Map(learners.map((learner) => [learner, learner.booster.explainer()]));
  const sums = new ContributionSums();
  const pace = createPacer(calls);
  for (let k = 0; k < series.length; k++) {
    const s = series[k];
    const level = writer.startAnchor(sources.of(s), tail.steps, s, tail.categoryOf[s]);
    const own = factors.of(s);
    for (let step = range.from + 1; level > 0 && step <= range.to; ) {
      const bucket = far && step > near.toStep ? far : near;
      const last = Math.min(range.to, step + BLOCK_ROWS - 1, bucket === near && far ? near.toStep : range.to);
      const steps = Int32Array.from({ length: last - step + 1 }, (_, i) => step + i);
      writer.write(steps, block.columns, block.bases, 0);
      for (let i = 0; i < steps.length; i++) block.columns[STEP][i] = Math.min(steps[i], bucket.toStep);
      const rows = { ...block, explainers, count: steps.length, firstStep: step - 1, factors, own };
      addBlock(sums, rows, bucket, usualLevel(levels, s), weights?.[k] ?? 1);
      step = last + 1;
      await pace({ phase: 'explain', done: k, total: series.length });
    }
  }
  return sums;
}

/** Rows of consecutive steps of one series. */
interface Rows {
  readonly columns: readonly Float32Array[];
  readonly bases: TargetBases;
  readonly count: number;
  /** Step after the cutoff of the first row, from 0. */
  readonly firstStep: number;
  readonly factors: FutureFactors;
  readonly own: ForecastFactors;
  readonly explainers: ReadonlyMap<Learner, (features: FeatureMatrix) => Float64Array>;
}

function addBlock(sums: ContributionSums, rows: Rows, bucket: Bucket, usual: number, weight: number): void {
  const { bases, count, firstStep, own } = rows;
  const shares = bucket.learners.map((learner) => learnerShares(learner, rows));
  for (let i = 0; i < count; i++) {
    const closed = own.open[firstStep + i] === 0;
    const day = new ContributionSums();
    bucket.learners.forEach((learner, l) => {
      addBase(day, rows, i, learner.base, usual, learner.weight);
      const base = learner.weight * bases[learner.base][i];
      for (const [part, ratio] of shares[l][i]) day.add(part, base * ratio);
    });
    if (bucket.learners.length === 0) addBase(day, rows, i, 'structural', usual, 1);
    if (closed) day.add('closed', -day.total);
    sums.addAll(day.parts, weight);
  }
}

/** Parts of the base that a learner multiplies. */
function addBase(
  sums: ContributionSums,
  { bases, firstStep, factors, own }: Rows,
  i: number,
  name: keyof TargetBases,
  usual: number,
  weight: number,
): void {
  const h = firstStep + i;
  if (name === 'structural') {
    sums.add('level', weight * usual);
    const values = factorValues(own, h);
    addFactors(sums, weight * usual, factorParts(eventPart(factors, own, h)), values);
    // The structural base is bounded around the level; the difference is `rest`.
    const product = values.reduce((product, value) => product * value, usual);
    sums.add('rest', weight * (bases.structural[i] - product));
    return;
  }
  const level = bases.level[i];
  sums.add('level', weight * level);
  if (name === 'weekday') sums.add('weekday', weight * (bases.weekday[i] - level));
}

/** For each row, the contributions of the features to the ratio minus one. */
function learnerShares(learner: Learner, rows: Rows) {
  const { booster, objective, lowest, highest } = learner;
  const { count, firstStep, factors, own, explainers } = rows;
  const matrix = { rows: count, columns: rows.columns.map((column) => column.subarray(0, count)) };
  const predicted = booster.predict(matrix);
  const shap = present(explainers.get(learner), 'explainer of a learner')(matrix);
  const width = rows.columns.length + 1;
  return Array.from({ length: count }, (_, i) => {
    const shares = new ContributionSums();
    const h = firstStep + i;
    const event = eventPart(factors, own, h);
    const mean = shap[i * width + width - 1];
    let margin = mean;
    for (let j = 0; j < width - 1; j++) margin += shap[i * width + j];
    // The exponential of a sum is attributed to its terms in proportion.
    const scale = objective === 'poisson' ? meanGrowth(margin) : 1;
    shares.add('rest', objective === 'poisson' ? scale * mean : mean - 1);
    for (let j = 0; j < width - 1; j++) {
      shares.add(partOf(DIRECT_FEATURES[j], event, own.phase[h]), scale * shap[i * width + j]);
    }
    const ratio = Math.min(highest, Math.max(lowest, predicted[i]));
    shares.add('rest', ratio - (objective === 'poisson' ? exp(margin) : margin));
    return shares.parts;
  });
}

/** The part that a feature belongs to; `rest` for a feature that mixes several. */
function partOf(
  feature: DirectFeature | undefined,
  event: ContributionPart,
  phase: number,
): ContributionPart {
  // Columns that covariates add come after those of the table.
  if (!feature) return 'rest';
  const { name, group } = feature;
  switch (group) {
    case 'level':
    case 'spread':
    case 'age':
    case 'identity':
      return 'recent';
    case 'growth':
      return 'trend';
    case 'calendar':
      return CALENDAR_PARTS[name] ?? 'season';
    case 'weekday':
      return 'weekday';
    case 'year ago':
    case 'season':
      return 'season';
    case 'events':
    case 'response':
      return event;
    case 'structural':
      if (name === 'structural_event') return event;
      if (name === 'structural_response') return phase === 0 ? 'price' : 'promotion';
      return STRUCTURAL_PARTS[name] ?? 'rest';
    case 'promotion':
    case 'price':
      return group;
  }
}

const CALENDAR_PARTS: Readonly<Record<string, ContributionPart>> = { step: 'trend', day_of_week: 'weekday' };
const STRUCTURAL_PARTS: Readonly<Record<string, ContributionPart>> = {
  structural_level: 'recent',
  structural_fast: 'recent',
  structural_slow: 'recent',
};
