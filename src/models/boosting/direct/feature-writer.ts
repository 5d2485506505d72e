import { Anchor } from './anchor.js';
import type { EventResponse } from './event-response.js';
import type { ExtraFeatures } from './extra-features.js';
import type { SeriesSources } from './feature-context.js';
import { ANCHOR_FEATURES, TARGET_FEATURES } from './features.js';
import type { SalesHistory } from './sales-history.js';
import { type TargetBases, writeBases } from './target-bases.js';

/** Tells of each feature of the target whether all series of a category share it, where they have the same events. */
const SHARED = TARGET_FEATURES.map(
  ({ name, group }) => group === 'calendar' || group === 'events' || /^(category|panel)_/.test(name),
);

/** Shared features of the steps after an anchor, before `last`. */
interface SharedSteps {
  last: number;
  readonly columns: readonly Float32Array[];
}

/**
 * Fills columns with the features of `features.ts` and of covariates, and with the bases that targets are
 * divided by.
 */
export class FeatureWriter {
  private readonly anchor: Anchor;
  private readonly shared = new Float64Array(ANCHOR_FEATURES.length);
  /** By category and events. */
  private readonly known = new Map<EventResponse, SharedSteps>();

  /**
   * @param horizon number of steps after the history that may be targets
   * @param mostTargets of one call of {@link write}
   * @param lastStep of the consecutive steps that are written for each series, all after anchors of one date: what series share
   *   is then computed once; by default steps and anchors may be any
   */
  constructor(
    sales: SalesHistory,
    horizon: number,
    private readonly extras: ExtraFeatures,
    mostTargets: number,
    private readonly lastStep = 0,
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
    const [from, to] = [steps[0], steps[steps.length - 1] + 1];
    const known = this.lastStep > 0 ? this.sharedSteps(anchor.categoryResponse) : undefined;
    for (let j = 0; j < TARGET_FEATURES.length; j++) {
      const { compute } = TARGET_FEATURES[j];
      const column = columns[shared.length + j];
      const kept = SHARED[j] ? known : undefined;
      if (kept && kept.last >= to) {
        column.set(kept.columns[j].subarray(from, to), row);
        continue;
      }
      for (let i = 0; i < anchor.count; i++) column[row + i] = finiteOrMissing(compute(anchor, i));
      kept?.columns[j].set(column.subarray(row, row + anchor.count), from);
    }
    if (known) known.last = Math.max(known.last, to);
    this.extras.write(anchor, columns, shared.length + TARGET_FEATURES.length, row);
    writeBases(anchor, bases, row);
  }

  private sharedSteps(response: EventResponse): SharedSteps {
    const columns = () => SHARED.map((isShared) => new Float32Array(isShared ? this.lastStep + 1 : 0));
    const known = this.known.get(response) ?? { last: 0, columns: columns() };
    this.known.set(response, known);
    return known;
  }
}

function finiteOrMissing(value: number): number {
  return Number.isFinite(value) ? value : Number.NaN;
}
