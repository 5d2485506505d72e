import { FEATURE_REACH } from '../../features/names.js';
import type { RunForward } from '../../models/boosting/recursive/fitted-recursive-boosting.js';
import type { EngineName } from '../../models/boosting/recursive/resolve-engine.js';
import { handOut, type Piece, type Workshop } from './hand-out.js';
import { pieceArray } from './piece-bytes.js';
import type { ForecastOrder } from './piece-work.js';

/** Runs boosters forward by the workers, chunk by chunk: a series needs only its own past. */
export function runForwardBy(workshop: Workshop, chunkSeries: number): RunForward {
  return async ({ engine, booster, recursion, covariates, scaler }, horizon, options) => {
    const { cutoffDay, seriesCount, tail } = recursion;
    const order: ForecastOrder = {
      engine: engine as EngineName,
      booster: booster.toJSON(),
      scaler,
      covariates,
      cutoffDay,
      horizon,
    };
    const chunks = chunksOf(seriesCount, chunkSeries);
    const pieces = chunks.map(
      ({ from, to, name }): Piece => ({
        kind: 'forecast',
        name,
        input: () => ({
          about: { seriesCount: to - from },
          arrays: { tail: tail.subarray(from * FEATURE_REACH, to * FEATURE_REACH) },
        }),
      }),
    );
    const mean = new Float64Array(seriesCount * horizon);
    await handOut(
      workshop,
      order,
      pieces,
      (result, index) => {
        const { from, to } = chunks[index];
        mean.set(pieceArray(result, 'mean', 'float64', (to - from) * horizon), from * horizon);
      },
      { ...options, phase: 'fan out forecast' },
    );
    return mean;
  };
}

/** Ranges of series, `to` excluded, with a name each. */
export function chunksOf(seriesCount: number, chunkSeries: number) {
  return Array.from({ length: Math.ceil(seriesCount / chunkSeries) }, (_, part) => ({
    from: part * chunkSeries,
    to: Math.min(seriesCount, (part + 1) * chunkSeries),
    name: `part-${part}`,
  }));
}
