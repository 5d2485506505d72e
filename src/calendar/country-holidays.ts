import type { HolidaysTypes } from 'date-holidays';
import { ForecastError } from '../errors.js';
import { optionalPackage } from '../optional-package.js';
import { type OptionTable, refuseUnknown } from '../options.js';
import { civilFromDay, MS_PER_DAY, tryParseDay } from './day.js';
import type { CalendarEvent, EventSource } from './events.js';

type HolidaysClass = typeof import('date-holidays').default;
type Holidays = InstanceType<HolidaysClass>;

/** Kinds of holidays: most shops are closed on `public` ones. */
export type HolidayType = 'public' | 'bank' | 'optional' | 'school' | 'observance';

/** A country, or a part of it, by its ISO 3166 codes, such as `US` or `{ country: 'DE', state: 'BY' }`. */
export interface HolidayPlace {
  readonly country: string;
  readonly state?: string;
  readonly region?: string;
}

export interface CountryHolidaysOptions {
  /** Kinds that count. Default `['public']`. */
  readonly types?: readonly HolidayType[];
  /** Language of the names as ISO 639-1 code; falls back to that of the country. Default `en`. */
  readonly language?: string;
}

const COUNTRY_HOLIDAYS_OPTIONS: OptionTable<CountryHolidaysOptions> = { types: 1, language: 1 };

/**
 * The holidays of a country as a source of events for a model, from the package `date-holidays`, which must be
 * installed beside this one. A holiday of several days is one event a day.
 *
 * ```ts
 * import { parseDay } from 'commerce-forecast';
 * import { countryHolidays } from 'commerce-forecast/holidays';
 *
 * const holidays = await countryHolidays({ country: 'DE', state: 'BY' });
 * const events = holidays(parseDay('2024-01-01'), parseDay('2025-12-31'));
 * ```
 *
 * @throws ForecastError `missing-dependency` if `date-holidays` is not installed, `invalid-option` for a country, state
 * or region that it does not know.
 */
export async function countryHolidays(
  place: string | HolidayPlace,
  options: CountryHolidaysOptions = {},
): Promise<EventSource> {
  refuseUnknown(options, COUNTRY_HOLIDAYS_OPTIONS);
  const { types = ['public'], language = 'en' } = options;
  const holidays = openPlace(
    (await optionalPackage('date-holidays', () => import('date-holidays'))).default,
    typeof place === 'string' ? { country: place } : place,
    types as HolidayType[],
  );
  const years = new Map<number, readonly CalendarEvent[]>();
  const eventsOfYear = (year: number): readonly CalendarEvent[] => {
    let events = years.get(year);
    if (!events) {
      events = holidays
        .getHolidays(year, language)
        .filter(({ type }) => types.includes(type))
        .flatMap(eventsOf);
      years.set(year, events);
    }
    return events;
  };
  return (from, to) => {
    const events: CalendarEvent[] = [];
    // A holiday of the year before may reach into the first one.
    const last = civilFromDay(to).year;
    for (let year = civilFromDay(from).year - 1; year <= last; year++) {
      for (const event of eventsOfYear(year)) {
        if (event.day >= from && event.day <= to) events.push(event);
      }
    }
    return events.sort((a, b) => a.day - b.day);
  };
}

function openPlace(Holidays: HolidaysClass, place: HolidayPlace, types: HolidayType[]): Holidays {
  const { country, state, region } = place;
  const known = new Holidays();
  assertKnown('country', country, known.getCountries());
  if (state !== undefined) assertKnown('state', state, known.getStates(country));
  if (region !== undefined) assertKnown('region', region, known.getRegions(country, state ?? ''));
  return new Holidays({ country, state, region }, { types });
}

function assertKnown(level: string, code: string, known: Readonly<Record<string, string>> | undefined): void {
  if (known && Object.hasOwn(known, code)) return;
  const codes = known ? Object.keys(known).join(', ') : 'none';
  throw new ForecastError('invalid-option', `No holidays are known for the ${level} "${code}"`, {
    path: [level],
    hint: `Known: ${codes}`,
  });
}

/** One event for each day; the date is the local one of the place, whatever the machine's time zone. */
function eventsOf({ date, start, end, name }: HolidaysTypes.Holiday): CalendarEvent[] {
  const first = tryParseDay(date.slice(0, 10));
  if (first === undefined) return [];
  const days = Math.max(1, Math.round((end.getTime() - start.getTime()) / MS_PER_DAY));
  return Array.from({ length: days }, (_, i) => ({ name, day: first + i }));
}
