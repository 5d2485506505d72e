import { join } from 'node:path';
import { parseDay } from '../../src/calendar/day.js';
import type { CalendarEvent } from '../../src/calendar/events.js';
import type {
  CovariateKind,
  Covariates,
  PastOnlySeries,
  ProductAttributes,
} from '../../src/models/contract.js';
import type { Panel } from '../../src/panel/panel.js';
import type { AccuracyCase } from './cases.js';
import { caseCovariates } from './covariates.js';
import { readTable, type Table } from './table.js';

/** Inputs of a model that knows more than sales. */
export interface KnownInputs {
  /** The panel of the case with its columns of what is known ahead; days before a launch are missing. */
  readonly panel: Panel;
  readonly covariates: Covariates;
}

/** Kinds that the data of a case has. */
export const CASE_KINDS: Readonly<Record<AccuracyCase['name'], readonly CovariateKind[]>> = {
  A: ['events', 'promo', 'price', 'static'],
  B: ['events', 'static'],
  C: ['events', 'promo', 'price', 'static'],
  D: ['events', 'promo', 'pastOnly', 'static'],
};

const SUPER_BOWL = 'Super Bowl';
const STATES = ['CA', 'TX', 'WI'];

/**
 * All covariates in the data of a case. M5: the events of the calendar by name, the food-stamp (SNAP) days of the
 * store's state as promotions, and prices (case A: the mean of the items that case C has of a department). Case D: holidays,
 * weeks with more markdowns than usual as promotions, temperature and fuel price up to the cutoff. Attributes are the parts
 * of the series' names.
 */
export async function everyInput(data: AccuracyCase, dataFolder: string): Promise<KnownInputs> {
  const { panel, name } = data;
  const known = { ...panel, units: withoutUnsoldSteps(panel) };
  const { events: holidays = [] } = await caseCovariates(data, dataFolder);
  const attributes = attributesOf(data);
  if (name === 'B') return { panel: known, covariates: { events: holidays, static: attributes } };
  if (name === 'D') {
    const features = readTable(join(dataFolder, 'walmart/features.csv.gz'));
    return {
      panel: { ...known, promo: markdownWeeks(panel, features), attributes: [storeAttribute(panel)] },
      covariates: {
        events: [...holidays, ...superBowls(features)],
        pastOnly: [...weekly(features, 'Temperature'), ...weekly(features, 'Fuel_Price')],
        static: attributes,
      },
    };
  }
  const calendar = readTable(join(dataFolder, 'm5/calendar.csv'));
  const price = name === 'C' ? itemPrices(panel, dataFolder) : departmentPrices(panel, dataFolder);
  return {
    panel: { ...known, promo: snapDays(data, calendar), price },
    covariates: { events: namedEvents(calendar), static: attributes },
  };
}

/** The inputs that the strong peers of the protocol had: for the M5 cases without prices of departments; no attributes. */
export function inputsOfPeers(inputs: KnownInputs, { name }: AccuracyCase): KnownInputs {
  if (name === 'C') return withKinds(inputs, ['events', 'promo', 'price']);
  if (name === 'A') return withKinds(inputs, ['events', 'promo']);
  const { panel, covariates } = withKinds(inputs, ['events']);
  return { panel, covariates: { events: covariates.events?.filter((event) => event.name !== SUPER_BOWL) } };
}

/** The inputs with some kinds only. */
export function withKinds({ panel, covariates }: KnownInputs, kinds: readonly CovariateKind[]): KnownInputs {
  const { price, promo, open, ...sales } = panel;
  const has = (kind: CovariateKind) => kinds.includes(kind);
  return {
    panel: {
      ...sales,
      ...(has('price') && price && { price }),
      ...(has('promo') && promo && { promo }),
      ...(has('open') && open && { open }),
    },
    covariates: {
      ...(has('events') && { events: covariates.events }),
      ...(has('pastOnly') && covariates.pastOnly && { pastOnly: covariates.pastOnly }),
      ...(has('static') && covariates.static && { static: covariates.static }),
    },
  };
}

function withoutUnsoldSteps({ units, firstDay, days }: Panel): Float64Array {
  const known = units.slice();
  firstDay.forEach((first, s) => {
    known.fill(Number.NaN, s * days, s * days + first);
  });
  return known;
}

function attributesOf({ panel, name, groups }: AccuracyCase): ProductAttributes[] {
  const department = groups.find((group) => group.name === 'department');
  return panel.ids.map((productId, s) => {
    const [first, second] = productId.split('@');
    const [store, item] = name === 'A' || name === 'D' ? [first, second] : [second, first];
    return { productId, store, item, ...(department && { department: `${department.groupOf[s]}` }) };
  });
}

function namedEvents(calendar: Table): CalendarEvent[] {
  const date = calendar.column('date');
  const columns = ['event_name_1', 'event_name_2'].map((column) => calendar.column(column));
  return calendar.rows.flatMap((row) =>
    columns
      .filter((column) => row[column] !== '')
      .map((column) => ({ name: row[column], day: parseDay(row[date]) })),
  );
}

function snapDays({ panel, name }: AccuracyCase, calendar: Table): Uint8Array {
  const date = calendar.column('date');
  const promo = new Uint8Array(panel.units.length);
  for (const state of STATES) {
    const column = calendar.column(`snap_${state}`);
    const days = calendar.rows
      .filter((row) => row[column] === '1')
      .map((row) => parseDay(row[date]) - panel.startDay)
      .filter((day) => day >= 0 && day < panel.days);
    panel.ids.forEach((id, s) => {
      const store = id.split('@')[name === 'A' ? 0 : 1];
      if (store.startsWith(state)) for (const day of days) promo[s * panel.days + day] = 1;
    });
  }
  return promo;
}

/** Visits the prices of the items of M5. */
function eachPrice(
  dataFolder: string,
  visit: (row: { id: string; group: string; day: number; price: number }) => void,
) {
  const table = readTable(join(dataFolder, 'm5/items_1000.csv.gz'));
  const names = ['item', 'store', 'department', 'price', 'date'] as const;
  const [item, store, department, price, date] = names.map((column) => table.column(column));
  const dayOf = new Map<string, number>();
  for (const row of table.rows) {
    if (row[price] === '') continue;
    const day = dayOf.get(row[date]) ?? parseDay(row[date]);
    dayOf.set(row[date], day);
    visit({
      id: `${row[item]}@${row[store]}`,
      group: `${row[store]}@${row[department]}`,
      day,
      price: Number(row[price]),
    });
  }
}

function itemPrices({ ids, units, days, startDay }: Panel, dataFolder: string): Float32Array {
  const seriesOf = new Map(ids.map((id, s) => [id, s]));
  const prices = new Float32Array(units.length).fill(Number.NaN);
  eachPrice(dataFolder, ({ id, day, price }) => {
    const series = seriesOf.get(id);
    if (series !== undefined) prices[series * days + day - startDay] = price;
  });
  return prices;
}

/** Prices of departments as an index: the mean over items of the log of the price over the item's first one. */
function departmentPrices({ ids, units, days, startDay }: Panel, dataFolder: string): Float32Array {
  const seriesOf = new Map(ids.map((id, s) => [id, s]));
  const first = new Map<string, number>();
  const sums = new Float64Array(units.length);
  const counts = new Float64Array(units.length);
  eachPrice(dataFolder, ({ id, group, day, price }) => {
    const series = seriesOf.get(group);
    if (series === undefined) return;
    const usual = first.get(id) ?? price;
    first.set(id, usual);
    sums[series * days + day - startDay] += Math.log(price / usual);
    counts[series * days + day - startDay]++;
  });
  return Float32Array.from(sums, (sum, at) =>
    counts[at] > 0 ? 100 * Math.exp(sum / counts[at]) : Number.NaN,
  );
}

/** 1 in the weeks in which a store marked down more than its median of the weeks with any. */
function markdownWeeks({ ids, units, days, startDay }: Panel, features: Table): Uint8Array {
  const [store, date] = [features.column('Store'), features.column('Date')];
  const columns = [1, 2, 3, 4, 5].map((k) => features.column(`MarkDown${k}`));
  const weeks = new Map<string, { week: number; total: number }[]>();
  for (const row of features.rows) {
    const total = columns.reduce((sum, column) => sum + Math.max(0, Number(row[column])), 0);
    const own = weeks.get(row[store]) ?? [];
    own.push({ week: (parseDay(row[date]) - startDay) / 7, total });
    weeks.set(row[store], own);
  }
  const promo = new Uint8Array(units.length);
  ids.forEach((id, s) => {
    const own = weeks.get(id.split('@')[0]) ?? [];
    const totals = own.map(({ total }) => total).filter((total) => total > 0);
    const median = totals.sort((a, b) => a - b)[totals.length >> 1];
    for (const { week, total } of own) if (week < days && total > median) promo[s * days + week] = 1;
  });
  return promo;
}

function superBowls(features: Table): CalendarEvent[] {
  const [date, holiday] = [features.column('Date'), features.column('IsHoliday')];
  const weeks = features.rows.filter((row) => row[holiday] === 'True' && row[date].slice(5, 7) === '02');
  return [...new Set(weeks.map((row) => row[date]))].map((text) => ({
    name: SUPER_BOWL,
    day: parseDay(text),
  }));
}

function storeAttribute({ ids }: Panel) {
  const values = [...new Set(ids.map((id) => id.split('@')[0]))];
  return {
    name: 'location',
    values,
    valueOf: Int32Array.from(ids, (id) => values.indexOf(id.split('@')[0])),
  };
}

/** A column of stores and weeks, on the day that dates each week. */
function weekly(features: Table, name: string): PastOnlySeries[] {
  const [store, date, value] = [features.column('Store'), features.column('Date'), features.column(name)];
  const byStore = new Map<string, { day: number; value: number }[]>();
  for (const row of features.rows) {
    const own = byStore.get(row[store]) ?? [];
    own.push({ day: parseDay(row[date]), value: Number(row[value]) });
    byStore.set(row[store], own);
  }
  return [...byStore].map(([location, own]) => {
    const startDay = own[0].day;
    const values = new Array<number | null>(own[own.length - 1].day - startDay + 1).fill(null);
    for (const one of own) values[one.day - startDay] = one.value;
    return { name, startDay, values, scope: { location } };
  });
}
