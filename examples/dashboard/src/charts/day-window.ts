/** First and last of the days that are shown, as places in the list of all days. */
export interface DayWindow {
  readonly first: number;
  readonly last: number;
}

/** A day, or a time between two, that lies at a share of the width. */
export interface Anchor {
  readonly day: number;
  readonly share: number;
}

/** Fewest days between the ends of a window. */
export const LEAST_SPAN = 7;

/** The window with an anchor and so many days between its ends, as far as it lies inside of all days. */
export function windowAt({ day, share }: Anchor, span: number, count: number): DayWindow {
  const end = Math.max(0, count - 1);
  const days = Math.round(Math.min(end, Math.max(LEAST_SPAN, span)));
  const first = Math.round(Math.min(end - days, Math.max(0, day - share * days)));
  return { first, last: first + days };
}

/** The window with some anchors: one moves it, two stretch it too. */
export function windowThrough(anchors: readonly Anchor[], before: DayWindow, count: number): DayWindow {
  const [one, other] = anchors;
  if (!one) return before;
  const span =
    other && other.share !== one.share
      ? (other.day - one.day) / (other.share - one.share)
      : before.last - before.first;
  return windowAt(one, span, count);
}

/** The time at a share of the width of a window. */
export function dayAt(share: number, { first, last }: DayWindow): number {
  return first + share * (last - first);
}

/** Share of the width of a window that a day lies at. */
export function shareOf(day: number, { first, last }: DayWindow): number {
  return last > first ? (day - first) / (last - first) : 0.5;
}
