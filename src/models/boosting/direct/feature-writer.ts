import { Anchor } from './anchor.js';
import type { ExtraFeatures } from './extra-features.js';
import type { SeriesSources } from './feature-context.js';
import { ANCHOR_FEATURES, TARGET_FEATURES } from './features.js';
import type { SalesHistory } from './sales-history.js';
import { type TargetBases, writeBases } from './target-bases.js';

/**
 * Fills columns with the features of `features.ts` and of covariates, and with the bases that targets are
 * divided by.
 */
export class FeatureWriter {
  private readonly anchor: Anchor;
  private readonly shared = new Float64Array(ANCHOR_FEATURES.length);

  /**
   * @param horizon number of steps after the history that may be targets
   * @param mostTargets of one call of {@link write}
   */
  constructor(
    sales: SalesHistory,
    horizon: number,
    private readonly extras: ExtraFeatures,
    mostTargets: number,
  ) {
    this.anchor = new Anchor(sales, horizon, mostTargets);
  }

  /**
   * Begins the rows of an anchor whose history has `end` steps. Returns the level of the series, by which targets are
   * divided, or 0 where it has no sales yet and therefore no rows.
   */
  startAnchor(sources: SeriesSources, end: number, series: number, category: number): number {
    const { anchor, shared } = this;
    anchor.moveTo(sources, end, series, category);
    if (anchor.level > 0) {
      for (let j = 0; j < shared.length; j++) shared[j] = ANCHOR_FEATURES[j].compute(anchor, 0);
    }
    return anchor.level;
  }

  /** Writes the rows of the targets `steps` after the anchor, beginning at `row`. */
  write(steps: ArrayLike<number>, columns: readonly Float32Array[], bases: TargetBases, row: number): void {
    const { anchor, shared } = this;
    anchor.aimAt(steps);
    for (let j = 0; j < shared.length; j++) {
      columns[j].fill(finiteOrMissing(shared[j]), row, row + anchor.count);
    }
    for (let j = 0; j < TARGET_FEATURES.length; j++) {
      const { compute } = TARGET_FEATURES[j];
      const column = columns[shared.length + j];
      for (let i = 0; i < anchor.count; i++) column[row + i] = finiteOrMissing(compute(anchor, i));
    }
    this.extras.write(anchor, columns, shared.length + TARGET_FEATURES.length, row);
    writeBases(anchor, bases, row);
  }
}

function finiteOrMissing(value: number): number {
  return Number.isFinite(value) ? value : Number.NaN;
}
