import type { Panel } from '../../../panel/panel.js';
import type { Covariates, FitOptions } from '../../contract.js';
import {
  type PartData,
  type PartWork,
  type PartWorkers,
  panelFromPart,
  panelKey,
  panelToPart,
  seriesRanges,
} from '../../part-work.js';
import type { SeasonalTrendPanelOptions } from './panel-options.js';
import { fitPanelPart, joinPanelStates } from './panel-parts.js';
import { type PanelState, SERIES_ARRAYS } from './panel-state.js';
import type { PanelValues, SeriesValues } from './panel-values.js';

const FIT = 'seasonal-trend fit';

interface FitShared {
  readonly options: SeasonalTrendPanelOptions;
  readonly covariates: Covariates;
}

/** Works of the seasonal-trend model for workers: fitting some series. A part without any sale is fitted as flat. */
export const SEASONAL_TREND_WORKS: readonly PartWork[] = [
  {
    name: FIT,
    async run(shared, part) {
      const { options, covariates } = shared as FitShared;
      const panel = panelFromPart(part);
      return stateToPart(fitPanelPart(panel, 0, panel.seriesCount, options, covariates));
    },
  },
];

/** Fits a panel on workers, part by part: series are independent of each other. */
export async function fitPanelBy(
  workers: PartWorkers,
  panel: Panel,
  options: SeasonalTrendPanelOptions,
  { covariates = {}, signal, onProgress }: FitOptions,
): Promise<PanelState> {
  const shared = { options, covariates, panel: panelKey(panel) };
  const parts = seriesRanges(panel.seriesCount, workers.partSeries).map(({ from, to, name }) => ({
    name,
    input: () => panelToPart(panel, from, to, [...(covariates.events ?? []), ...scopedValues(options)]),
  }));
  const states: PanelState[] = [];
  const take = (result: PartData, index: number) => {
    states[index] = stateFromPart(result);
  };
  await workers.run(FIT, shared, parts, take, { signal, onProgress });
  return joinPanelStates(states);
}

/** Everything in the options that may be for some series only. */
function scopedValues({ cap, floor, regressors = [] }: SeasonalTrendPanelOptions): PanelValues[] {
  return [cap, floor, ...regressors.map(({ values }) => values)].flatMap((values) =>
    typeof values === 'number' ? [] : (values ?? []),
  );
}

function stateToPart(state: PanelState): PartData {
  const arrays = Object.fromEntries(SERIES_ARRAYS.map((name) => [name, state[name]]));
  const { eventScopes, regressors, cap, floor, cutoffDay, seriesCount, features, unseen } = state;
  const { changepointCount, residualDays } = state;
  const scopes = eventScopes && { ...eventScopes, setOf: Array.from(eventScopes.setOf) };
  const listed = ({ columns, columnOf }: SeriesValues) => ({ columns, columnOf: Array.from(columnOf) });
  return {
    about: {
      ...{ cutoffDay, seriesCount, features, unseen, changepointCount, residualDays },
      ...(scopes && { eventScopes: scopes }),
      regressors: regressors.map(listed),
      ...(cap && { cap: listed(cap) }),
      ...(floor && { floor: listed(floor) }),
    },
    arrays,
  };
}

/** The inverse of {@link stateToPart}; the transport of the part guarantees its content. */
function stateFromPart({ about, arrays }: PartData): PanelState {
  return { ...about, ...arrays } as unknown as PanelState;
}
