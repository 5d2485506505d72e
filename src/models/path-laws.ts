import { eachStep, type StepRange } from '../calendar/period.js';
import { groupsOfOne, type SeriesGroups } from './effect.js';
import { coarseScores, fineScores, type LawTable, type ScoreGrid } from './normal-scores.js';

/** Series of one call of the model, so that it can be stopped in between. */
const SERIES_AT_ONCE = 50;
/** Sales of the busiest day imaginable up to which a series is a slow seller. */
const SLOW_UNITS = 60;

/** Sums whose laws are wanted, over ranges of days: of each of the series, or of all of them together. */
export interface WantedSums {
  readonly ranges: readonly StepRange[];
  readonly series: readonly number[];
  readonly together: boolean;
  readonly probabilities: readonly number[];
}

/** Reads quantiles of sums, one column for each probability, series-major. */
export type LawSource = (sums: WantedSums) => Promise<readonly Float64Array[]>;

/** The groups of {@link WantedSums}. */
export function groupsOf(seriesCount: number, { series, together }: WantedSums): SeriesGroups {
  const each = groupsOfOne(seriesCount, series);
  if (!together) return each;
  return { groupOf: each.groupOf.map((group) => Math.min(0, group)), groupCount: 1 };
}

/** Laws of the days of one series: `law` is the first of them in the table. */
export interface SeriesLaws {
  readonly table: LawTable;
  readonly law: number;
  readonly index: number;
  /** Place in the list of series. */
  readonly place: number;
}

/** Reads the laws of the days of series after series; those of slow sellers in whole units at more points. */
export async function* eachSeries(
  laws: LawSource,
  series: readonly number[],
  horizon: number,
  whole: boolean,
): AsyncGenerator<SeriesLaws> {
  const read = async (part: readonly number[], grid: ScoreGrid): Promise<LawTable> => {
    const query = { ranges: eachStep(horizon), series: part, together: false };
    return { grid, columns: await laws({ ...query, probabilities: grid.probabilities }), whole };
  };
  for (let first = 0; first < series.length; first += SERIES_AT_ONCE) {
    const part = series.slice(first, first + SERIES_AT_ONCE);
    const coarse = await read(part, coarseScores());
    const busiest = coarse.columns.at(-1);
    const isSlow = (k: number) =>
      busiest?.subarray(k * horizon, (k + 1) * horizon).every((units) => units < SLOW_UNITS) ?? false;
    const slow = whole ? part.filter((_, k) => isSlow(k)) : [];
    const fine = slow.length > 0 ? await read(slow, fineScores()) : coarse;
    let fineLaws = 0;
    for (const [k, index] of part.entries()) {
      const isFine = index === slow[fineLaws];
      const law = (isFine ? fineLaws++ : k) * horizon;
      yield { table: isFine ? fine : coarse, law, index, place: first + k };
    }
  }
}
