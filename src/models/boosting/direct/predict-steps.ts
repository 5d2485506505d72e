import type { Progress } from '../../../long-call.js';
import type { FeatureSources } from './feature-context.js';
import { FeatureWriter } from './feature-writer.js';
import { DIRECT_FEATURES, FEATURE_NAMES } from './features.js';
import type { Learner } from './learners.js';
import type { SalesHistory } from './sales-history.js';
import { targetBases } from './target-bases.js';

/** Steps that some learners forecast, and the outputs. */
export interface StepsPlan {
  /** Number of steps known at the cutoff. */
  readonly end: number;
  /** Length of a series in the outputs. */
  readonly horizon: number;
  readonly fromStep: number;
  readonly toStep: number;
  /** The last step that the learners were trained for; later ones are forecast as if they were this one. */
  readonly trainedTo: number;
  readonly learners: readonly Learner[];
  /** One output for each learner, series-major, to which its forecasts times `shares` are added. */
  readonly outputs: readonly Float64Array[];
  readonly shares: readonly number[];
  /** Series to forecast. */
  readonly series: Int32Array;
}

/** Rows that are predicted at a time: few, so that an abort is not delayed. */
const BLOCK_ROWS = 1024;

/** Adds the forecasts of some steps of all series to the outputs. Without learners the first output gets that of the structural model. */
export function* predictSteps(
  sales: SalesHistory,
  sources: FeatureSources,
  plan: StepsPlan,
): Generator<Progress, void, void> {
  const { categoryOf } = sales;
  const { end, horizon, toStep } = plan;
  const beyond = Math.max(0, end + horizon - sales.steps);
  const writer = new FeatureWriter(sales, beyond, sources.extras, BLOCK_ROWS, toStep);
  const block = new Block(plan, DIRECT_FEATURES.length + sources.extras.names.length);
  const count = plan.series.length;
  for (const [k, s] of plan.series.entries()) {
    const level = writer.startAnchor(sources.of(s), end, s, categoryOf[s]);
    for (let step = plan.fromStep; level > 0 && step <= toStep; ) {
      step += block.add(writer, step, s * horizon + step - 1);
      if (block.rows < BLOCK_ROWS) continue;
      block.flush();
      yield { phase: 'forecast', done: k, total: count };
    }
    yield { phase: 'forecast', done: k + 1, total: count };
  }
  block.flush();
}

const STEP = FEATURE_NAMES.indexOf('step');

/** A block of rows to be predicted. */
class Block {
  rows = 0;
  readonly columns: readonly Float32Array[];
  private readonly places = new Int32Array(BLOCK_ROWS);
  private readonly bases = targetBases(BLOCK_ROWS);
  private readonly ratios = new Float64Array(BLOCK_ROWS);

  constructor(
    private readonly plan: StepsPlan,
    featureCount: number,
  ) {
    this.columns = Array.from({ length: featureCount }, () => new Float32Array(BLOCK_ROWS));
  }

  /**
   * Adds rows of the anchor that the writer has begun, from `fromStep` on, as many as fit. The first forecast
   * is written at `place`. Returns the number of rows added.
   */
  add(writer: FeatureWriter, fromStep: number, place: number): number {
    const { toStep, trainedTo } = this.plan;
    const count = Math.min(toStep - fromStep + 1, BLOCK_ROWS - this.rows);
    const steps = Int32Array.from({ length: count }, (_, i) => fromStep + i);
    writer.write(steps, this.columns, this.bases, this.rows);
    for (let i = 0; i < count; i++) {
      this.columns[STEP][this.rows] = Math.min(steps[i], trainedTo);
      this.places[this.rows++] = place + i;
    }
    return count;
  }

  flush(): void {
    const { rows, places, bases, ratios } = this;
    const { learners, outputs, shares } = this.plan;
    if (rows === 0) return;
    this.rows = 0;
    const columns = this.columns.map((column) => column.subarray(0, rows));
    learners.forEach(({ booster, base, lowest, highest }, k) => {
      booster.predict({ rows, columns }, ratios);
      for (let i = 0; i < rows; i++) {
        const ratio = Math.min(highest, Math.max(lowest, ratios[i]));
        outputs[k][places[i]] += shares[k] * bases[base][i] * ratio;
      }
    });
    if (learners.length > 0) return;
    for (let i = 0; i < rows; i++) outputs[0][places[i]] += bases.structural[i];
  }
}
