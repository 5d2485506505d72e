import { ForecastError } from '../../../errors.js';
import type { FeatureMatrix } from '../../../features/matrix.js';
import { checkColumns } from './data/data.js';
import { type Link, marginToPrediction, objectiveOf, predictionToMargin } from './objective.js';
import type { BoosterParams } from './params.js';
import { TreeEnsemble } from './predict.js';
import { sortQuantiles } from './quantile-order.js';
import type { Tree } from './trees/tree.js';

/** Parameters, trees and start values that make up a booster. */
export interface BoosterParts {
  readonly params: BoosterParams;
  readonly featureCount: number;
  readonly featureNames?: readonly string[];
  /** Prediction before any tree; of the first output, if they differ. */
  readonly baseScore: number;
  /** The same for each output, where they differ. */
  readonly baseScores?: readonly number[];
  /**
   * Numbers predicted for each row, where the objective does not determine it: XGBoost models may have several
   * targets.
   */
  readonly outputs?: number;
  /** Round by round, and in each round one tree for each output. */
  readonly trees: readonly Tree[];
  /** Metric on the validation set after each round, where there was one. */
  readonly validationHistory?: readonly number[];
  /** Warnings about the model file that the booster was read from; check them before using it. */
  readonly warnings?: readonly string[];
}

/** Options of {@link Booster.predict}. */
export interface PredictOptions {
  /** Start of the sum instead of the base score, on the margin scale. */
  readonly baseMargin?: Float32Array | Float64Array;
  /**
   * Returns margins, the sums of trees, instead of predictions: for example the logarithm of a Poisson mean.
   */
  readonly outputMargin?: boolean;
}

/**
 * A trained ensemble of trees.
 *
 * ```ts
 * import { trainBooster } from 'commerce-forecast/boosting';
 *
 * const features = { rows: 4, columns: [Float32Array.of(1, 2, 3, 4)] };
 * const booster = trainBooster({ features, labels: Float32Array.of(1, 2, 3, 4) }, { minChildWeight: 0 });
 * booster.predict(features); // four numbers
 * booster.predictRow([2.5]); // one
 * ```
 */
export class Booster implements BoosterParts {
  readonly params: BoosterParams;
  readonly featureCount: number;
  readonly featureNames?: readonly string[];
  readonly baseScore: number;
  readonly baseScores?: readonly number[];
  readonly trees: readonly Tree[];
  readonly validationHistory?: readonly number[];
  readonly warnings: readonly string[];
  /** Numbers predicted for each row: one, or one for each quantile or target. */
  readonly outputs: number;
  private readonly link: Link;
  /** The base score of each output on the margin scale. */
  readonly baseMargins: Float32Array;
  private ensembles: readonly TreeEnsemble[] | undefined;
  private margins = new Float32Array(0);

  constructor(parts: BoosterParts) {
    const objective = objectiveOf(parts.params);
    this.params = parts.params;
    this.featureCount = parts.featureCount;
    this.featureNames = parts.featureNames;
    this.baseScore = parts.baseScore;
    this.baseScores = parts.baseScores;
    this.trees = parts.trees;
    this.validationHistory = parts.validationHistory;
    this.warnings = parts.warnings ?? [];
    this.outputs = parts.outputs ?? objective.outputs;
    this.link = objective.link;
    this.baseMargins = Float32Array.from({ length: this.outputs }, (_, output) =>
      predictionToMargin(objective.link, parts.baseScores?.[output] ?? parts.baseScore),
    );
  }

  /**
   * Predicts every row of a column-major matrix: output `k` of row `i` is at `k * rows + i` of the result, which is
   * `out` if given. Sums are those of native XGBoost to the last bit. Quantiles never cross: those of a row are sorted, as
   * in XGBoost 3.4; their margins are not.
   *
   * @throws ForecastError `invalid-data` if the matrix has other columns than the model was trained on, or `out` is
   * too short.
   */
  predict(features: FeatureMatrix, out?: Float64Array, options: PredictOptions = {}): Float64Array {
    const { rows, columns } = features;
    const size = rows * this.outputs;
    this.checkMatrix(features);
    const result = out ?? new Float64Array(size);
    if (result.length < size) fail(`out has ${result.length} places for ${size} predictions`, 'out');
    if (this.margins.length < size) this.margins = new Float32Array(size);
    const { margins } = this;
    this.startMargins(margins, rows, options.baseMargin);
    const ensembles = this.compiled();
    for (let output = 0; output < this.outputs; output++) {
      ensembles[output].addMargins(columns, rows, margins, output * rows);
    }
    if (options.outputMargin || this.link === 'identity') {
      for (let i = 0; i < size; i++) result[i] = margins[i];
    } else {
      for (let i = 0; i < size; i++) result[i] = marginToPrediction(this.link, margins[i]);
    }
    if (!options.outputMargin) sortQuantiles(result, rows, this.params);
    return result;
  }

  /**
   * Predicts one row given as one value per feature.
   *
   * @param output - Which quantile or target, if there are several.
   * @throws ForecastError `invalid-data` if the row has another number of features.
   */
  predictRow(row: ArrayLike<number>, output = 0): number {
    if (row.length !== this.featureCount) {
      fail(`A row has ${row.length} values, the model ${this.featureCount} features`, 'row');
    }
    if (this.params.objective === 'quantile' && this.outputs > 1) {
      const all = Float64Array.from(this.baseMargins, (_, k) => this.rowPrediction(row, k));
      sortQuantiles(all, 1, this.params);
      return all[output];
    }
    return this.rowPrediction(row, output);
  }

  /** Trees of one output, in the order of the rounds. */
  treesOf(output: number): Tree[] {
    return this.trees.filter((_, index) => index % this.outputs === output);
  }

  private rowPrediction(row: ArrayLike<number>, output: number): number {
    return marginToPrediction(this.link, this.compiled()[output].rowMargin(row, this.baseMargins[output]));
  }

  private compiled(): readonly TreeEnsemble[] {
    this.ensembles ??= Array.from(
      { length: this.outputs },
      (_, output) => new TreeEnsemble(this.treesOf(output), this.featureCount),
    );
    return this.ensembles;
  }

  private startMargins(margins: Float32Array, rows: number, base: ArrayLike<number> | undefined): void {
    const size = rows * this.outputs;
    if (!base) {
      this.baseMargins.forEach((margin, output) => {
        margins.fill(margin, output * rows, (output + 1) * rows);
      });
      return;
    }
    if (base.length !== rows && base.length !== size) {
      fail(`baseMargin has ${base.length} values for ${rows} rows`, 'baseMargin');
    }
    for (let i = 0; i < size; i++) margins[i] = base[base.length === rows ? i % rows : i];
  }

  /** @throws ForecastError `invalid-data` if the matrix has other columns than the model was trained on. */
  checkMatrix(features: FeatureMatrix): void {
    if (features.columns.length !== this.featureCount) {
      fail(
        `The matrix has ${features.columns.length} columns, the model ${this.featureCount} features`,
        'features',
      );
    }
    checkColumns(features, []);
  }
}

function fail(message: string, culprit: string): never {
  throw new ForecastError('invalid-data', message, { path: [culprit] });
}
