import { parseDay } from '../calendar/day.js';
import type { Panel } from '../panel/panel.js';

/** A panel with an awkward property that a model has to cope with. */
export interface AwkwardPanel {
  readonly name: string;
  readonly panel: Panel;
  /** True if the model may refuse it with a `too-short` error. */
  readonly mayBeTooShort?: boolean;
}

const START_DAY = parseDay('2022-01-03');
const DAYS = 200;

/** A panel of the given series, all of one category, as long as the longest. */
export function panelOf(series: readonly (readonly number[])[]): Panel {
  const days = Math.max(...series.map((values) => values.length));
  const units = new Float64Array(series.length * days).fill(Number.NaN);
  for (let s = 0; s < series.length; s++) units.set(series[s], s * days);
  return {
    startDay: START_DAY,
    days,
    seriesCount: series.length,
    ids: series.map((_, s) => `S${s + 1}`),
    categories: ['All'],
    categoryOf: new Int32Array(series.length),
    units,
    firstDay: Int32Array.from(series, (values) => {
      const first = values.findIndex((value) => !Number.isNaN(value));
      return first < 0 ? days : first;
    }),
  };
}

/** Panels that a model must forecast. */
export function awkwardPanels(): AwkwardPanel[] {
  const regular = days(DAYS, (d) => 10 + (d % 7) + (d % 5));
  const rare = days(DAYS, (d) => (d % 23 === 11 ? 1 : 0));
  return [
    { name: 'one series', panel: panelOf([regular]) },
    { name: 'one day of data', panel: panelOf([[5], [0]]), mayBeTooShort: true },
    { name: 'three days of data', panel: panelOf([[5, 6, 4]]), mayBeTooShort: true },
    { name: 'only zeros', panel: panelOf([days(DAYS, () => 0), days(DAYS, () => 0)]) },
    { name: 'a constant series', panel: panelOf([days(DAYS, () => 7), regular]) },
    { name: 'a series that is missing throughout', panel: panelOf([regular, days(DAYS, () => Number.NaN)]) },
    {
      name: 'gaps',
      panel: panelOf([
        days(DAYS, (d) => (d % 3 === 0 ? Number.NaN : regular[d])),
        days(DAYS, (d) => (d >= 60 && d < 120 ? Number.NaN : regular[d])),
        days(DAYS, (d) => (d >= DAYS - 40 ? Number.NaN : regular[d])),
      ]),
    },
    {
      name: 'a series with a single observed day',
      panel: panelOf([regular, days(DAYS, (d) => (d === 150 ? 3 : Number.NaN))]),
    },
    {
      name: 'a product that came on sale last week',
      panel: panelOf([regular, days(DAYS, (d) => (d < DAYS - 6 ? Number.NaN : 4 + d - DAYS))]),
    },
    { name: 'negative values', panel: panelOf([regular, days(DAYS, (d) => (d % 6 === 0 ? -8 : 3))]) },
    { name: 'intermittent demand', panel: panelOf([rare, rare.map((units) => 5 * units)]) },
    { name: 'a single spike', panel: panelOf([days(DAYS, (d) => (d === 100 ? 1e6 : 1))]) },
    {
      name: 'very large and very small units',
      panel: panelOf([regular.map((u) => u * 1e9), regular.map((u) => u * 1e-9)]),
    },
  ];
}

/**
 * Values on both sides of zero, so that intervals of every level reach below it; one series is entirely below
 * it.
 */
export function panelAroundZero(): Panel {
  return panelOf([
    days(DAYS, (d) => ((d * 37) % 11) - 5),
    days(DAYS, (d) => ((d * 17) % 7) - 3),
    days(DAYS, (d) => -2 - ((d * 23) % 5)),
  ]);
}

/** A panel without any observed value, which a model must refuse. */
export function emptyPanel(): Panel {
  return panelOf([days(DAYS, () => Number.NaN)]);
}

/** A copy whose columns are windows into larger arrays filled with `filler` around them. */
export function panelInsideLargerArrays(panel: Panel, filler: number): Panel {
  const margin = 64;
  const window = <T extends Float64Array | Float32Array | Uint8Array>(column: T): T => {
    const larger = new (column.constructor as new (length: number) => T)(column.length + 2 * margin);
    larger.fill(filler);
    larger.set(column, margin);
    return larger.subarray(margin, margin + column.length) as T;
  };
  return {
    ...panel,
    units: window(panel.units),
    ...(panel.revenue && { revenue: window(panel.revenue) }),
    ...(panel.price && { price: window(panel.price) }),
    ...(panel.promo && { promo: window(panel.promo) }),
    ...(panel.inStock && { inStock: window(panel.inStock) }),
  };
}

function days(count: number, unitsOf: (day: number) => number): number[] {
  return Array.from({ length: count }, (_, d) => unitsOf(d));
}
