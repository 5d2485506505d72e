import type { Panel } from '../../../panel/panel.js';
import { streamOf } from '../../../random.js';
import type { Trial } from './error-ratios.js';

/** Series on which members are tried, and of a category on average where there are many categories. */
const TRIED_SERIES = 300;
const TRIED_OF_CATEGORY = 10;

/**
 * Series on which the members of an ensemble are tried: undefined for all, as in small panels, and a sample in large ones,
 * drawn by name so that the order of the series changes nothing.
 */
export function trialSample({
  ids,
  seriesCount,
  categories,
}: Pick<Panel, 'ids' | 'seriesCount' | 'categories'>): Int32Array | undefined {
  const most = Math.max(TRIED_SERIES, TRIED_OF_CATEGORY * categories.length);
  if (seriesCount <= most) return undefined;
  const draws = Float64Array.from(ids, streamOf);
  const bound = draws.slice().sort()[most];
  return Int32Array.from(draws.keys()).filter((series) => draws[series] < bound);
}

/** A trial of sampled series as one of all, with NaN for those that were not tried. */
export function ofAllSeries({ end, means }: Trial, sample: Int32Array, seriesCount: number): Trial {
  return { end, means: means.map((mean) => mean && spread(mean, sample, seriesCount)) };
}

function spread(values: Float64Array, sample: Int32Array, seriesCount: number): Float64Array {
  const width = values.length / sample.length;
  const all = new Float64Array(seriesCount * width).fill(Number.NaN);
  sample.forEach((series, k) => {
    all.set(values.subarray(k * width, (k + 1) * width), series * width);
  });
  return all;
}
