import { join } from 'node:path';
import { parseDay } from '../../src/calendar/day.js';
import type { CalendarEvent } from '../../src/calendar/events.js';
import type { Covariates } from '../../src/models/contract.js';
import type { Panel } from '../../src/panel/panel.js';
import type { AccuracyCase } from './cases.js';
import { caseCovariates } from './covariates.js';
import { readTable } from './table.js';

/** Inputs of a model that knows promotions and prices besides events. */
export interface KnownInputs {
  /** The panel of the case with its columns of what is known ahead; days before a launch are missing. */
  readonly panel: Panel;
  readonly covariates: Covariates;
}

const STATES = ['CA', 'TX', 'WI'];

/**
 * The M5 cases with the food-stamp (SNAP) days of the store's own state as promotions, the events of the calendar by name
 * and, for case C, prices; the other cases with federal holidays.
 */
export async function structuralInputs(data: AccuracyCase, dataFolder: string): Promise<KnownInputs> {
  const { panel, name } = data;
  const units = panel.units.slice();
  panel.firstDay.forEach((first, s) => {
    units.fill(Number.NaN, s * panel.days, s * panel.days + first);
  });
  if (name !== 'A' && name !== 'C') {
    const { events } = await caseCovariates(data, dataFolder);
    return { panel: { ...panel, units }, covariates: { events } };
  }
  const calendar = readTable(join(dataFolder, 'm5/calendar.csv'));
  const date = calendar.column('date');
  const eventColumns = ['event_name_1', 'event_name_2'].map((column) => calendar.column(column));
  const events: CalendarEvent[] = calendar.rows.flatMap((row) =>
    eventColumns
      .filter((column) => row[column] !== '')
      .map((column) => ({ name: row[column], day: parseDay(row[date]) })),
  );
  const promo = new Uint8Array(units.length);
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
  const price = name === 'C' ? readPrices(data, dataFolder) : undefined;
  return { panel: { ...panel, units, promo, ...(price && { price }) }, covariates: { events } };
}

function readPrices({ panel }: AccuracyCase, dataFolder: string): Float32Array {
  const table = readTable(join(dataFolder, 'm5/items_1000.csv.gz'));
  const [item, store, price, date] = ['item', 'store', 'price', 'date'].map((name) => table.column(name));
  const seriesOf = new Map(panel.ids.map((id, s) => [id, s]));
  const dayOf = new Map<string, number>();
  const prices = new Float32Array(panel.units.length).fill(Number.NaN);
  for (const row of table.rows) {
    if (row[price] === '') continue;
    const day = dayOf.get(row[date]) ?? parseDay(row[date]) - panel.startDay;
    dayOf.set(row[date], day);
    prices[seriesOf.get(`${row[item]}@${row[store]}`)! * panel.days + day] = Number(row[price]);
  }
  return prices;
}
