import type { CalendarEvent } from '../calendar/events.js';
import { pow } from '../math/index.js';
import type { CovariateKind, Covariates, KnownFuture } from '../models/contract.js';
import type { Panel } from '../panel/panel.js';
import { createRandom } from '../random.js';
import { poisson } from './distributions.js';
import { panelOf } from './forecaster-panels.js';

/** A shop whose sales are a level times the effects of covariates, over its history and the days after it. */
export interface CovariateShop {
  readonly panel: Panel;
  readonly covariates: Covariates;
  readonly horizon: number;
  /** Expected sales of the days after the cutoff, series-major. */
  readonly truth: Float64Array;
  /** 1 on the days after the cutoff on which a kind has an effect, series-major. */
  readonly acts: Readonly<Partial<Record<CovariateKind, Uint8Array>>>;
}

const SERIES = 8;
const DAYS = 420;
const HORIZON = 28;
const PROMO_UPLIFT = 2.5;
const EVENT_UPLIFT = 2.5;
const ELASTICITY = -2;
const PRICES = [1, 0.75, 1, 1.25, 1];
const USUAL_PRICE = 8;
const EVENT_NAME = 'Fair';

/** A shop in which only the given kinds have effects; the same kinds give the same shop. */
export function covariateShop(kinds: readonly CovariateKind[]): CovariateShop {
  const random = createRandom(20_260_101, 1);
  const has = (kind: CovariateKind) => kinds.includes(kind);
  const length = DAYS + HORIZON;
  const eventDays = has('events') ? pick(length, 17, 1, random) : new Uint8Array(length);
  const columns = Array.from({ length: SERIES }, (_, s) => {
    const seriesRandom = createRandom(20_260_101, 2 + s);
    const promo = has('promo') ? pick(length, 12, 3, seriesRandom) : new Uint8Array(length);
    const closed = has('open') ? pick(length, 19, 1, seriesRandom) : new Uint8Array(length);
    const gone = has('available') ? pick(length, 23, 2, seriesRandom) : new Uint8Array(length);
    const ratio = Float32Array.from({ length }, (_, d) =>
      has('price') ? PRICES[Math.floor((d + 3 * s) / 9) % PRICES.length] : 1,
    );
    const mean = Float64Array.from({ length }, (_, d) => {
      if (closed[d] || gone[d]) return 0;
      const uplift = (promo[d] ? PROMO_UPLIFT : 1) * (eventDays[d] ? EVENT_UPLIFT : 1);
      return (60 + 20 * s) * uplift * pow(ratio[d], ELASTICITY);
    });
    return { promo, closed, gone, ratio, mean };
  });
  const sold = columns.map(({ mean, gone }) =>
    Array.from(mean.subarray(0, DAYS), (value, d) => (gone[d] ? Number.NaN : poisson(random, value))),
  );
  const base = panelOf(sold);
  const past = <T extends ArrayLike<number>>(of: (s: number) => T) => cut(of, 0, DAYS);
  const ahead = <T extends ArrayLike<number>>(of: (s: number) => T) => cut(of, DAYS, length);
  const promo = (s: number) => columns[s].promo;
  const price = (s: number) => columns[s].ratio.map((ratio) => ratio * USUAL_PRICE);
  const open = (s: number) => columns[s].closed.map((flag) => 1 - flag);
  const inStock = (s: number) => columns[s].gone.map((flag) => 1 - flag);
  const panel: Panel = {
    ...base,
    ...(has('promo') && { promo: Uint8Array.from(past(promo)) }),
    ...(has('price') && { price: Float32Array.from(past(price)) }),
    ...(has('open') && { open: Uint8Array.from(past(open)) }),
    ...(has('available') && { inStock: Uint8Array.from(past(inStock)) }),
  };
  const future: KnownFuture = {
    startDay: panel.startDay + DAYS,
    days: HORIZON,
    ...(has('promo') && { promo: Uint8Array.from(ahead(promo)) }),
    ...(has('price') && { price: Float32Array.from(ahead(price)) }),
    ...(has('open') && { open: Uint8Array.from(ahead(open)) }),
    ...(has('available') && { available: Uint8Array.from(ahead(inStock)) }),
  };
  const flags = (of: (s: number, d: number) => boolean) =>
    Uint8Array.from({ length: SERIES * HORIZON }, (_, i) =>
      of(Math.floor(i / HORIZON), DAYS + (i % HORIZON)) ? 1 : 0,
    );
  return {
    panel,
    covariates: { events: eventsOn(panel, eventDays), future },
    horizon: HORIZON,
    truth: Float64Array.from(ahead((s) => columns[s].mean)),
    acts: {
      events: flags((_, d) => eventDays[d] === 1),
      promo: flags((s, d) => columns[s].promo[d] === 1),
      price: flags((s, d) => columns[s].ratio[d] !== 1),
      open: flags((s, d) => columns[s].closed[d] === 1),
      available: flags((s, d) => columns[s].gone[d] === 1),
    },
  };
}

/** The future with one kind neutral: no promotion, the usual price, open, in stock. */
export function withoutKind(future: KnownFuture, kind: CovariateKind): KnownFuture {
  const { promo, price, open, available } = future;
  if (kind === 'promo') return { ...future, promo: promo?.map(() => 0) };
  if (kind === 'price') return { ...future, price: price?.map(() => USUAL_PRICE) };
  if (kind === 'open') return { ...future, open: open?.map(() => 1) };
  return { ...future, available: available?.map(() => 1) };
}

/** The future with the days of one kind in another order. */
export function withShuffled(future: KnownFuture, kind: CovariateKind): KnownFuture {
  const order = shuffledDays(future.days);
  const shuffle = <T extends Float32Array | Uint8Array>(column: T | undefined): T | undefined =>
    column?.map((_, i) => column[i - (i % future.days) + order[i % future.days]]) as T | undefined;
  if (kind === 'promo') return { ...future, promo: shuffle(future.promo) };
  if (kind === 'price') return { ...future, price: shuffle(future.price) };
  if (kind === 'open') return { ...future, open: shuffle(future.open) };
  return { ...future, available: shuffle(future.available) };
}

/** Events with those after the cutoff left out, or moved to other days. */
export function changedEvents(
  events: readonly CalendarEvent[],
  { startDay, days }: KnownFuture,
  change: 'without' | 'shuffled',
): CalendarEvent[] {
  const order = shuffledDays(days);
  return events.flatMap((event) => {
    if (event.day < startDay) return [event];
    return change === 'without' ? [] : [{ ...event, day: startDay + order[event.day - startDay] }];
  });
}

/** A shop with a leading column: after a high week of it, sales are twice the level. */
export function leadingShop(): CovariateShop & { readonly shuffled: Covariates } {
  const random = createRandom(20_260_102, 1);
  const weeks = DAYS / 7;
  const high = Array.from({ length: weeks }, () => random.uniform() < 0.5);
  high[weeks - 1] = true;
  const meanOf = (s: number, week: number) => (60 + 20 * s) * (week > 0 && high[week - 1] ? 2 : 1);
  const panel = panelOf(
    Array.from({ length: SERIES }, (_, s) =>
      Array.from({ length: DAYS }, (_, d) => poisson(random, meanOf(s, Math.floor(d / 7)))),
    ),
  );
  const covariatesOf = (flags: readonly boolean[]): Covariates => ({
    pastOnly: [
      {
        name: 'visitors',
        startDay: panel.startDay,
        values: Array.from({ length: DAYS }, (_, d) => (flags[Math.floor(d / 7)] ? 10 : 5)),
      },
    ],
  });
  const order = shuffledDays(weeks);
  return {
    panel,
    covariates: covariatesOf(high),
    shuffled: covariatesOf(order.map((week) => high[week])),
    horizon: 7,
    truth: Float64Array.from({ length: SERIES * 7 }, (_, i) => meanOf(Math.floor(i / 7), weeks)),
    acts: { pastOnly: new Uint8Array(SERIES * 7).fill(1) },
  };
}

/** A fixed permutation in which no day keeps its place. */
function shuffledDays(count: number): number[] {
  const random = createRandom(20_260_103, count);
  const keys = Array.from({ length: count }, (_, day) => ({ day, key: random.uniform() }));
  const order = keys.sort((a, b) => a.key - b.key).map(({ day }) => day);
  // A cycle along a random order: each day takes the place of the next one.
  const out: number[] = [];
  order.forEach((day, i) => {
    out[day] = order[(i + 1) % count];
  });
  return out;
}

function eventsOn({ startDay }: Panel, days: Uint8Array): CalendarEvent[] {
  return Array.from(days.keys())
    .filter((d) => days[d] === 1)
    .map((d) => ({ name: EVENT_NAME, day: startDay + d }));
}

/** Spells of some days at irregular distances, `every` days on average. */
function pick(length: number, every: number, spell: number, random: { uniform(): number }): Uint8Array {
  const out = new Uint8Array(length);
  for (let d = 3; d < length; d += Math.ceil(every * (0.5 + random.uniform()))) {
    out.fill(1, d, Math.min(length, d + spell));
  }
  return out;
}

function cut(of: (s: number) => ArrayLike<number>, from: number, to: number): number[] {
  return Array.from({ length: SERIES }, (_, s) => Array.from(of(s)).slice(from, to)).flat();
}
