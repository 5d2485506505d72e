import { formatDay, parseDay } from '../../src/calendar/day.js';
import {
  adaptiveEnsemble,
  createForecaster,
  type StockPlanQuery,
  type StockPlanRow,
} from '../../src/index.js';
import { type GeneratedRecord, generateSales } from '../../src/testing/index.js';

/** Days before the year that the first training sees, and days of the year. */
const HISTORY = 730;
const YEAR = 364;
export const REVIEW = 7;
export const LEAD_TIME = 7;
const STEP = 28;

/** Money, in parts of the price of a unit or of its cost. */
const COST_SHARE = 0.6;
const HOLDING_RATE = 0.25;
const ORDER_COST = 5;

export interface Policy {
  readonly name: string;
  /** Query of the stock plan; undefined for the rule of thumb. */
  readonly query?: Pick<StockPlanQuery, 'serviceLevel' | 'fillRate' | 'holdingRate'>;
}

export interface YearOfPolicy {
  readonly policy: string;
  /** Share of the cycles, from delivery to delivery, in which nothing was missing. */
  readonly cycleService: number;
  /** The same of cycles whose level was the reorder point, and what the laws said of these levels. */
  readonly orderedService: number;
  readonly saidService: number;
  /** Units that were sold over units that were asked for; and the mean of that over products. */
  readonly fillRate: number;
  readonly meanFillRate: number;
  readonly holding: number;
  readonly lostMargin: number;
  readonly ordering: number;
  readonly total: number;
}

/** Demand of each day of one product, from the first day of the history on. */
interface Shop {
  readonly startDay: number;
  readonly ids: readonly string[];
  readonly price: Float64Array;
  readonly demand: readonly Float64Array[];
}

/** Stock and outcomes of one product under one policy. */
class Shelf {
  onHand = 0;
  arrivals: { readonly day: number; readonly units: number }[] = [];
  lost = 0;
  asked = 0;
  held = 0;
  orders = 0;
  /** Cycles that are under way, each with the days on which it may go wrong. */
  cycles: {
    readonly from: number;
    readonly to: number;
    readonly said: number;
    readonly ordered: boolean;
    short: boolean;
  }[] = [];

  position(): number {
    return this.onHand + this.arrivals.reduce((sum, { units }) => sum + units, 0);
  }

  order(day: number, units: number, said: number): void {
    if (units > 0) {
      this.arrivals.push({ day: day + LEAD_TIME, units });
      this.orders++;
    }
    const from = day + LEAD_TIME;
    this.cycles.push({ from, to: from + REVIEW, said, ordered: units > 0, short: false });
  }

  live(day: number, demand: number, counts: boolean): void {
    for (const { day: due, units } of this.arrivals) if (due === day) this.onHand += units;
    this.arrivals = this.arrivals.filter(({ day: due }) => due > day);
    const sold = Math.min(this.onHand, demand);
    this.onHand -= sold;
    for (const cycle of this.cycles)
      if (day >= cycle.from && day < cycle.to && sold < demand) cycle.short = true;
    if (!counts) return;
    this.asked += demand;
    this.lost += demand - sold;
    this.held += this.onHand;
  }
}

/** A shop through a year: the plans train on what came before, every four weeks; every week is reviewed. */
export async function simulateYear(
  policies: readonly Policy[],
  { seed, products }: { seed: number; products: number },
  log: (text: string) => void,
): Promise<YearOfPolicy[]> {
  const { records, truth } = generateSales({
    seed,
    products,
    categories: 5,
    days: HISTORY + YEAR + LEAD_TIME + REVIEW,
  });
  const shop = readShop(records, truth.productIds, truth.mean);
  const shelves = policies.map(() => shop.ids.map(() => new Shelf()));
  for (let week = 0; week < YEAR / REVIEW; week += STEP / REVIEW) {
    const cutoff = HISTORY + week * REVIEW;
    const today = shop.startDay + cutoff;
    const forecaster = createForecaster({
      model: adaptiveEnsemble(),
      events: truth.events,
      validationDays: 0,
      now: () => new Date(today * 86_400_000),
    });
    await forecaster.ingest(records.filter(({ date }) => parseDay(date) < today));
    await forecaster.plan(
      truth.promotions
        .filter(({ to }) => to > today)
        .map(({ productId, from, to }) => ({
          productId,
          from: formatDay(from),
          to: formatDay(to - 1),
          promo: true,
        })),
    );
    await forecaster.train();
    log(`shop ${seed}: trained on ${cutoff} days`);
    for (let w = week; w < week + STEP / REVIEW; w++) {
      const day = HISTORY + w * REVIEW;
      for (const [p, { query }] of policies.entries()) {
        const own = shelves[p];
        const rows = query && (await levels(forecaster, shop, own, day, query));
        shop.ids.forEach((id, s) => {
          const shelf = own[s];
          const row = rows?.get(id);
          const units = row
            ? (row.orderQuantity ?? 0)
            : Math.ceil(rule(shop.demand[s], day) - shelf.position());
          // Everybody begins with what the first review asks for on the shelf.
          if (w === 0) shelf.onHand = Math.max(0, units);
          shelf.order(day, w === 0 ? 0 : Math.max(0, units), row?.serviceLevel ?? Number.NaN);
          for (let d = day; d < day + REVIEW; d++) shelf.live(d, shop.demand[s][d], w >= LEAD_TIME / REVIEW);
        });
      }
    }
  }
  return policies.map(({ name }, p) => outcome(name, shelves[p], shop));
}

async function levels(
  forecaster: ReturnType<typeof createForecaster>,
  shop: Shop,
  shelves: readonly Shelf[],
  day: number,
  query: NonNullable<Policy['query']>,
): Promise<Map<string, StockPlanRow>> {
  const stock = shop.ids.map((productId, s) => {
    const { onHand } = shelves[s];
    const cost = COST_SHARE * shop.price[s];
    return { productId, onHand, onOrder: shelves[s].position() - onHand, price: shop.price[s], cost };
  });
  const known = new Set(forecaster.snapshot()?.productIds);
  const { rows } = await forecaster.stockPlan({
    ...query,
    leadTime: LEAD_TIME,
    reviewPeriod: REVIEW,
    from: formatDay(shop.startDay + day),
    stock: stock.filter(({ productId }) => known.has(productId)),
  });
  return new Map(rows.map((row) => [row.productId, row]));
}

/** Mean of the last 28 days over lead time, review period and two weeks. */
function rule(demand: Float64Array, day: number): number {
  let sum = 0;
  for (let d = day - 28; d < day; d++) sum += demand[d];
  return (sum / 28) * (LEAD_TIME + REVIEW + 14);
}

function readShop(records: readonly GeneratedRecord[], ids: readonly string[], mean: Float64Array): Shop {
  const days = mean.length / ids.length;
  const startDay = parseDay(records[0].date);
  const index = new Map(ids.map((id, s) => [id, s]));
  const demand = ids.map(() => new Float64Array(days));
  const price = new Float64Array(ids.length);
  for (const { date, productId, units, price: paid, inStock } of records) {
    const s = index.get(productId)!;
    price[s] = Math.max(price[s], paid);
    const d = parseDay(date) - startDay;
    // What comes back goes back on the shelf on the whole: demand is net of it, as forecasts are.
    if (inStock) demand[s][d] += units;
    else demand[s][d] = Math.round(mean[s * days + d]);
  }
  for (const own of demand) for (let d = 0; d < days; d++) own[d] = Math.max(0, own[d]);
  return { startDay, ids, price, demand };
}

function outcome(policy: string, shelves: readonly Shelf[], { price }: Shop): YearOfPolicy {
  const cycles = shelves.flatMap((shelf) => shelf.cycles.filter(({ to }) => to <= HISTORY + YEAR));
  const ordered = cycles.filter((cycle) => cycle.ordered && !Number.isNaN(cycle.said));
  const share = (list: readonly { short: boolean }[]) =>
    list.filter(({ short }) => !short).length / list.length;
  const sum = (of: (shelf: Shelf, s: number) => number) =>
    shelves.reduce((total, shelf, s) => total + of(shelf, s), 0);
  const asking = shelves.filter(({ asked }) => asked > 0);
  const holding = sum(({ held }, s) => (held * COST_SHARE * price[s] * HOLDING_RATE) / 365);
  const lostMargin = sum(({ lost }, s) => lost * (1 - COST_SHARE) * price[s]);
  const ordering = sum(({ orders }) => orders * ORDER_COST);
  return {
    policy,
    cycleService: share(cycles),
    orderedService: share(ordered.length > 0 ? ordered : cycles.filter((cycle) => cycle.ordered)),
    saidService: ordered.reduce((total, { said }) => total + said, 0) / ordered.length,
    fillRate: 1 - sum(({ lost }) => lost) / sum(({ asked }) => asked),
    meanFillRate: asking.reduce((total, { lost, asked }) => total + 1 - lost / asked, 0) / asking.length,
    holding,
    lostMargin,
    ordering,
    total: holding + lostMargin + ordering,
  };
}
