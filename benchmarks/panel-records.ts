import { formatDay, type Panel, type SalesRecord } from 'commerce-forecast';

/** Records of the observed days of a panel, from the first one of each series on. */
export function* recordsOf(panel: Panel): Generator<SalesRecord> {
  for (let s = 0; s < panel.seriesCount; s++) {
    for (let d = panel.firstDay[s]; d < panel.days; d++) {
      const units = panel.units[s * panel.days + d];
      if (Number.isNaN(units)) continue;
      const category = panel.categories[panel.categoryOf[s]];
      yield { date: formatDay(panel.startDay + d), productId: panel.ids[s], category, units };
    }
  }
}
