import { panelWaves } from './panel-features.js';
import type { PanelState } from './panel-state.js';

/** Warnings about effects that the histories of some series do not identify. */
export function panelWarnings(state: PanelState): string[] {
  const { features, unseen, regressors, regressorUsed, noise, seriesCount } = state;
  const warnings: string[] = [];
  panelWaves(features).forEach(({ name }, wave) => {
    const count = unseen.filter((one) => one.wave === wave).length;
    if (count > 0)
      warnings.push(
        `The history of ${seriesOf(count)} has no observation for some phases of the seasonality "${name}": the mean of the others is used.`,
      );
  });
  features.regressors.forEach(({ name }, r) => {
    let count = 0;
    for (let s = 0; s < seriesCount; s++) {
      const given = regressors[r].columnOf[s] >= 0 && noise[s] > 0;
      if (given && regressorUsed[s * regressors.length + r] === 0) count++;
    }
    if (regressors[r].columnOf.every((column) => column < 0))
      warnings.push(`No series has values of the regressor "${name}".`);
    if (count > 0)
      warnings.push(
        `The regressor "${name}" does not vary in the history of ${seriesOf(count)}, so it is left out there.`,
      );
  });
  return warnings;
}

function seriesOf(count: number): string {
  return count === 1 ? 'one series' : `${count} series`;
}
