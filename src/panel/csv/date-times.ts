/** The time of day beside a date. */
export interface TimeOfDay {
  readonly seconds: number;
  /** Seconds east of Greenwich; `undefined` if the text names no zone that is known. */
  readonly offset: number | undefined;
}

/** Hours east of Greenwich of the zone names that exports write. */
const ZONES: Readonly<Record<string, number>> = {
  z: 0,
  utc: 0,
  gmt: 0,
  wet: 0,
  west: 1,
  bst: 1,
  cet: 1,
  cest: 2,
  mez: 1,
  mesz: 2,
  met: 1,
  mest: 2,
  eet: 2,
  eest: 3,
  msk: 3,
  pkt: 5,
  sgt: 8,
  hkt: 8,
  awst: 8,
  jst: 9,
  kst: 9,
  acst: 9.5,
  aest: 10,
  acdt: 10.5,
  aedt: 11,
  nzst: 12,
  nzdt: 13,
  nst: -3.5,
  ndt: -2.5,
  ast: -4,
  adt: -3,
  est: -5,
  edt: -4,
  cst: -6,
  cdt: -5,
  mst: -7,
  mdt: -6,
  pst: -8,
  pdt: -7,
  akst: -9,
  akdt: -8,
  hst: -10,
  brt: -3,
  sast: 2,
};

const CLOCK =
  /(?:^|[T\s,\u00a0\u202f]|(?<=\d)-)(?:at |um |\u00e0 |a las |alle |om )?([01]?\d|2[0-4]):([0-5]\d)(?::([0-5]\d|60)(?:[.,]\d{1,9})?)?[\s\u00a0\u202f]*([ap]\.?[\s\u00a0\u202f]?m\.?)?\s*(?:uhr)?\s*/i;
/** A dot separates hours from minutes only after the date: `05.01.2026 14.30`. */
const DOTTED_CLOCK = /[\s,]([01]?\d|2[0-3])[.h]([0-5]\d)(?:\.([0-5]\d))?\s*([ap]\.?m\.?)?(?:uhr)?\s*$/i;
const NUMERIC_ZONE = /^(?:(?:utc|gmt)\s*)?([+\-\u2212])(\d{1,2})(?::?(\d{2}))?\s*(?:\([^)]*\))?$/i;
const NAMED_ZONE = /^\(?([a-z]{1,5})\)?$/i;

/** Takes the time of day and the zone from a timestamp; what is left is the date. */
export function splitTime(text: string): { readonly date: string; readonly time: TimeOfDay | undefined } {
  if (text.length < 11) return { date: text, time: undefined };
  const clock = text.includes(':') ? CLOCK.exec(text) : DOTTED_CLOCK.exec(text);
  if (!clock) return { date: text, time: undefined };
  const after = text.slice(clock.index + clock[0].length);
  const offset = zoneOffset(after.trim());
  const hour12 = clock[4]?.toLowerCase();
  let hours = Number(clock[1]);
  if (hour12 !== undefined) {
    if (hours < 1 || hours > 12) return { date: text, time: undefined };
    hours = (hours % 12) + (hour12.startsWith('p') ? 12 : 0);
  }
  const seconds = hours * 3600 + Number(clock[2]) * 60 + Number(clock[3] ?? 0);
  const before = text.slice(0, clock.index);
  if (offset !== undefined) return { date: before, time: { seconds, offset } };
  const rest = after.trim();
  if (rest === '') return { date: before, time: { seconds, offset: undefined } };
  // The time may stand before the date, or between the month and the year: `Mon Aug 04 05:24:22 UTC 2026`.
  const [, zoneName, date] = /^([a-z]{1,5})\s+(.+)$/i.exec(rest) ?? [];
  const zone = zoneName === undefined ? undefined : zoneOffset(zoneName);
  const left = zone === undefined ? rest : date;
  return { date: `${before} ${left}`.trim(), time: { seconds, offset: zone } };
}

function zoneOffset(text: string): number | undefined {
  const numeric = NUMERIC_ZONE.exec(text);
  if (numeric) {
    const seconds = Number(numeric[2]) * 3600 + Number(numeric[3] ?? 0) * 60;
    return numeric[1] !== '+' ? -seconds : seconds;
  }
  const [, name] = NAMED_ZONE.exec(text) ?? [];
  const hours = name === undefined ? undefined : ZONES[name.toLowerCase()];
  return hours === undefined ? undefined : hours * 3600;
}
