import { type ContributionOptions, type ContributionPart, ContributionSums } from '../../explanation.js';
import { type PanelFeatures, panelWaves } from './panel-features.js';
import { logisticShare, PanelFuture } from './panel-future.js';
import type { PanelState } from './panel-state.js';

/**
 * Contributions of the trend and of each seasonality, event and regressor (part of `rest`) to a sum of forecasts.
 */
export function panelContributions(
  state: PanelState,
  { series, weights, range }: ContributionOptions,
): ContributionSums {
  const sums = new ContributionSums();
  const future = new PanelFuture(state, range.to);
  const parts = columnParts(state.features);
  const trend = new Float64Array(range.to);
  for (let k = 0; k < series.length; k++) {
    const s = series[k];
    const weight = weights?.[k] ?? 1;
    const columns = future.columns(s);
    const effects = future.effects(s);
    const multiplies = future.multiplies(s);
    const level = levelOf(future, s);
    future.fillTrend(s, trend);
    for (let h = range.from; h < range.to; h++) {
      sums.add('level', weight * level);
      sums.add('trend', weight * (trend[h] - level));
      for (let f = 0; f < columns.length; f++) {
        const scale = weight * (multiplies[f] === 1 ? trend[h] : 1);
        sums.add(parts[f], scale * effects[f] * columns[f][h]);
      }
    }
  }
  return sums;
}

/** The trend on the cutoff day; under logistic growth with the capacity of the day after it. */
function levelOf(future: PanelFuture, s: number): number {
  const level = future.state.level[s];
  const bounds = future.bounds(s)?.(0);
  return bounds ? bounds.floor + (bounds.cap - bounds.floor) * logisticShare(level) : level;
}

/** The part of each column. */
function columnParts(features: PanelFeatures): ContributionPart[] {
  const waves = panelWaves(features).map(({ name, from, to }) =>
    new Array<ContributionPart>(to - from).fill(name === 'weekly' ? 'weekday' : 'season'),
  );
  const yearly = waves.pop() ?? [];
  return [
    ...waves.flat(),
    ...features.events.map(({ event }): ContributionPart => `event:${event}`),
    ...features.regressors.map((): ContributionPart => 'rest'),
    ...yearly,
  ];
}
