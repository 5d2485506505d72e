import type { Panel } from '../../../panel/panel.js';
import type { LifeCycle, LifeCycleStatus } from '../../life-cycle.js';
import type { StructuralState } from '../state.js';
import type { OccasionalSales } from './occasional-sales.js';

/**
 * The state of a fit on usual sales with the occasional ones, with the noise of these, and with their life cycle where
 * nothing else is sold.
 *
 * @param panel all sales
 */
export function stateWithOccasions(
  state: StructuralState,
  occasional: OccasionalSales | undefined,
  panel: Panel,
): StructuralState {
  if (!occasional) return state;
  const { level } = state;
  const dispersion = state.dispersion.slice();
  const perDay = level.slice();
  for (const { series, ...order } of occasional.orders) {
    const all = perDay[series] + order.perDay;
    if (!(all > 0)) continue;
    dispersion[series] = (perDay[series] * dispersion[series] + order.perDay * order.dispersion) / all;
    perDay[series] = all;
  }
  const lifeCycle = state.lifeCycle.slice();
  const setStatus = (series: number, status: LifeCycleStatus) => {
    if (!(level[series] > 0)) lifeCycle[series] = { status, since: firstSale(panel, series), evidence: 1 };
  };
  for (const { series } of occasional.events) setStatus(series, 'seasonal');
  for (const { series } of [...occasional.promotions, ...occasional.orders])
    setStatus(series, 'intermittent');
  return { ...state, occasional, dispersion, lifeCycle };
}

function firstSale({ units, days, startDay }: Panel, series: number): LifeCycle['since'] {
  const own = units.subarray(series * days, (series + 1) * days);
  return startDay + own.findIndex((value) => value > 0);
}
