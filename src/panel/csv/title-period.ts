import { type Day, dayFromCivil } from '../../calendar/day.js';
import { monthNamed } from './month-names.js';

/** The days that the titles above a table name, such as `January 1 - March 31, 2026`; `undefined` if they name none. */
export function titlePeriod(
  titles: readonly string[],
): { readonly first: Day; readonly last: Day } | undefined {
  for (const title of titles) {
    const found = periodOf(title);
    if (found) return found;
  }
  return undefined;
}

interface Named {
  readonly month: number;
  readonly day: number | undefined;
  readonly year: number | undefined;
}

function periodOf(title: string): { first: Day; last: Day } | undefined {
  const named: Named[] = [];
  const pattern =
    /(?:(\d{1,2})(?:st|nd|rd|th|\.|er)?\s+(?:de\s+)?)?(\p{L}{3,})\.?(?:\s+(?:de\s+)?(\d{1,2})(?!\d))?(?:,?\s+(?:de\s+)?(\d{4}))?/gu;
  for (const [, before, word = '', after, year] of title.matchAll(pattern)) {
    const month = monthNamed(word);
    if (month === undefined) continue;
    const day = after ?? before;
    named.push({
      month,
      day: day === undefined ? undefined : Number(day),
      year: year === undefined ? undefined : Number(year),
    });
  }
  const iso = [...title.matchAll(/(\d{4})-(\d{2})-(\d{2})/g)];
  for (const [, year, month, day] of iso)
    named.push({ year: Number(year), month: Number(month), day: Number(day) });
  const [start] = named;
  const end = named.at(-1);
  if (!start || end?.year === undefined) return undefined;
  const first = dayFromCivil(start.year ?? end.year, start.month, start.day ?? 1);
  const last =
    end.day === undefined
      ? dayFromCivil(end.year, end.month + 1, 0)
      : dayFromCivil(end.year, end.month, end.day);
  return last >= first ? { first, last } : undefined;
}
