import type { Progress } from '../../long-call.js';
import type { StructuralHistory } from './history.js';

/** Days on which the selling share of all series weighs as much as that of a series. */
const PRIOR_DAYS = 7;

/** The first observed step of a series, where it is its first sale. */
export interface FirstSale {
  readonly step: number;
  /** Share of the later steps with sales, shrunk to that of all such series. */
  readonly share: number;
}

/**
 * Finds the series that are known from their first sale on. A first sale is never zero, whatever the level; what it tells of
 * the level is its units times the share of steps with sales.
 *
 * @returns one for each series; undefined where the history begins before the first sale, or with it
 */
export function* firstSales({
  units,
  steps,
  seriesCount,
  grid,
}: Pick<StructuralHistory, 'units' | 'steps' | 'seriesCount' | 'grid'>): Generator<
  Progress,
  (FirstSale | undefined)[],
  void
> {
  const found: (ReturnType<typeof salesFromFirst> | undefined)[] = [];
  for (let s = 0; s < seriesCount; s++) {
    if (s % 64 === 0) yield { phase: 'first sales', done: s, total: seriesCount };
    found.push(salesFromFirst(units.subarray(s * steps, (s + 1) * steps)));
  }
  let [selling, observed] = [0, 0];
  for (const one of found) {
    selling += one?.selling ?? 0;
    observed += one?.observed ?? 0;
  }
  const common = observed > 0 ? selling / observed : 1;
  const prior = PRIOR_DAYS / grid.stepDays;
  return found.map(
    (one) => one && { step: one.step, share: (one.selling + prior * common) / (one.observed + prior) },
  );
}

/** The first observed step, if it has sales, and how many of the later ones were observed and have some. */
function salesFromFirst(own: Float64Array) {
  const step = own.findIndex((value) => !Number.isNaN(value));
  if (step <= 0 || !(own[step] > 0)) return undefined;
  let [selling, observed] = [0, 0];
  for (let i = step + 1; i < own.length; i++) {
    if (Number.isNaN(own[i])) continue;
    observed++;
    if (own[i] > 0) selling++;
  }
  return { step, selling, observed };
}

/** Share of selling steps above which a first sale is an ordinary one. */
const OFTEN = 0.75;

/**
 * Makes the first sales of rare series missing, in place: these tell that it is known, and nothing of the season.
 *
 * @returns what gives them back
 */
export function* takeOutFirstSales(history: StructuralHistory): Generator<Progress, () => void, void> {
  const { units, steps } = history;
  const taken = new Map<number, number>();
  for (const [s, sale] of (yield* firstSales(history)).entries()) {
    if (!sale || sale.share >= OFTEN) continue;
    const at = s * steps + sale.step;
    taken.set(at, units[at]);
    units[at] = Number.NaN;
  }
  return () => {
    for (const [at, value] of taken) units[at] = value;
  };
}
