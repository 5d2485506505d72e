import { type ContributionOptions, type ContributionPart, ContributionSums } from '../../explanation.js';
import { featureCount, type PanelFeatures, panelFeatureColumns } from './panel-features.js';
import type { PanelState } from './panel-state.js';

/** Contributions of the trend and of each seasonality and event to a sum of forecasts. */
export function panelContributions(
  state: PanelState,
  { series, weights, range }: ContributionOptions,
): ContributionSums {
  const sums = new ContributionSums();
  const columns = panelFeatureColumns(state.features, state.cutoffDay + 1, range.to);
  const parts = columnParts(state.features);
  for (let k = 0; k < series.length; k++) {
    const s = series[k];
    const weight = weights?.[k] ?? 1;
    const effects = s * featureCount(state.features);
    for (let h = range.from; h < range.to; h++) {
      const growth = state.slope[s] * (h + 1);
      sums.add('level', weight * state.level[s]);
      sums.add('trend', weight * growth);
      const scale = weight * (state.multiplicative[s] === 1 ? state.level[s] + growth : 1);
      for (let f = 0; f < columns.length; f++) {
        sums.add(parts[f], scale * state.effects[effects + f] * columns[f][h]);
      }
    }
  }
  return sums;
}

/** The part of each column, in the order of {@link panelFeatureColumns}. */
function columnParts({ weeklyOrder, seasonalities, yearlyOrder, events }: PanelFeatures): ContributionPart[] {
  const waves = (part: ContributionPart, order: number) => new Array<ContributionPart>(2 * order).fill(part);
  return [
    ...waves('weekday', weeklyOrder),
    ...seasonalities.flatMap(({ fourierOrder }) => waves('season', fourierOrder)),
    ...events.map(({ event }): ContributionPart => `event:${event}`),
    ...waves('season', yearlyOrder),
  ];
}
