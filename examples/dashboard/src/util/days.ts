const DAY_MS = 86_400_000;

/** A day some days later, as an ISO date. */
export function addDays(iso: string, days: number): string {
  return isoOf(Date.parse(iso) + days * DAY_MS);
}

/** Days from one to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);
}

/** Monday 0 to Sunday 6. */
export function weekdayOf(iso: string): number {
  return (new Date(iso).getUTCDay() + 6) % 7;
}

/** January 0 to December 11. */
export function monthOf(iso: string): number {
  return new Date(iso).getUTCMonth();
}

/** The days from one to another, both included. */
export function daysFrom(from: string, to: string): string[] {
  const first = Date.parse(from);
  return Array.from({ length: Math.max(0, daysBetween(from, to) + 1) }, (_, i) => isoOf(first + i * DAY_MS));
}

/** The present day where the browser is. */
export function today(): string {
  const now = new Date();
  return addDays(new Date(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate())).toISOString(), 0);
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
