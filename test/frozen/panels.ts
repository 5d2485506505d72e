import { type Covariates, lastDay, type Panel, parseDay, type SalesRecord } from 'commerce-forecast';
import {
  type GeneratedRecord,
  generatePanel,
  generateSales,
  merchantEvents,
} from 'commerce-forecast/testing';

export interface FrozenCase {
  readonly panel: Panel;
  readonly covariates?: Covariates;
}

/** Twelve products of three categories: one has a gap, one only zeros, one starts late and one sells every 17 days. */
export function plainCase(): FrozenCase {
  const panel = generatePanel({ products: 12, categories: 3, days: 500, seed: 7 });
  const { days } = panel;
  const units = panel.units.slice();
  const firstDay = panel.firstDay.slice();
  units.fill(Number.NaN, 3 * days + 200, 3 * days + 260);
  units.fill(0, 5 * days, 6 * days);
  units.fill(Number.NaN, 7 * days, 7 * days + 420);
  firstDay[7] = 420;
  for (let d = 0; d < days; d++) units[9 * days + d] = d % 17 === 4 ? 1 + (d % 3) : 0;
  return { panel: { ...panel, units, firstDay } };
}

/** Eight products over more than two years, with holidays and three economic indicators. */
export function covariateCase(): FrozenCase {
  const panel = generatePanel({ products: 8, categories: 3, days: 800, seed: 11 });
  const { startDay } = panel;
  const published = Array.from({ length: 24 }, (_, i) => startDay + 15 + 31 * i);
  const indicator = (name: string, level: number, swing: number) => ({
    name,
    days: published,
    values: published.map((_, i) => level + swing * ((i * 5) % 7)),
  });
  const indicators = [
    indicator('gdp', 100, 0.5),
    indicator('inflation', 2, 0.25),
    indicator('consumer_confidence', 95, -1.5),
  ];
  return { panel, covariates: { events: merchantEvents(startDay, lastDay(panel) + 60), indicators } };
}

/** Records of eight products, of good quality. */
export function cleanRecords(): readonly GeneratedRecord[] {
  return generateSales({ products: 8, categories: 3, days: 400, seed: 5 }).records;
}

/** The same records with what merchants' files contain: duplicates, outliers, wrong dates, wrong numbers, empty names. */
export function dirtyRecords(): SalesRecord[] {
  const records: SalesRecord[] = cleanRecords().map((record, i) => {
    if (i % 97 === 5) return { ...record, units: record.units * 60 + 500 };
    if (i % 101 === 7) return { ...record, category: undefined };
    if (i % 103 === 9) return { ...record, category: 'Odd' };
    if (i % 89 === 3) return { ...record, units: -record.units };
    return record;
  });
  const odd = { productId: 'odd', category: 'Odd', units: 3 };
  return [
    ...records,
    ...records.slice(40, 60),
    { ...odd, date: 'yesterday' },
    { ...odd, date: '2022-02-30' },
    { ...odd, date: '2022-03-01', units: Number.NaN },
    { ...odd, date: '2022-03-02', productId: '' },
    { ...odd, date: '2022-03-03', units: -4 },
    { ...odd, date: '2022-03-04', price: -1 },
    { ...odd, date: new Date(86_400_000 * parseDay('2022-03-05')), revenue: 12 },
  ];
}
