import { type Day, formatDay, parseDay } from '../calendar/day.js';

/** Something that a merchant knows or plans for some products on some days. */
export interface PlanRecord {
  /** `YYYY-MM-DD`: a single day. */
  readonly date?: string;
  /** First and last day, both included, instead of `date`; at most 732 days. */
  readonly from?: string;
  readonly to?: string;
  /** Scope of the record: the products that match all the given columns. */
  readonly productId?: string;
  readonly category?: string;
  readonly location?: string;
  /** Every product, instead of the columns above. */
  readonly all?: true;
  /** Unit price in the merchant's currency, above 0. */
  readonly price?: number;
  /** True for a promotion; false cancels one of a more general record. */
  readonly promo?: boolean;
  /** False where nothing is sold at all, such as on a holiday. */
  readonly open?: boolean;
  /** False where the products will be out of stock. */
  readonly available?: boolean;
  /** Name of an event, such as `Summer fair`: past and planned events of one name share their effect. */
  readonly event?: string;
  readonly note?: string;
  /** `YYYY-MM-DD`: day on which this became known. Default: the day on which it is added. */
  readonly knownSince?: string;
}

/** A plan record that was checked, with days as numbers. */
export interface Plan {
  /** Stable name of this record: equal records have equal ids. */
  readonly id: string;
  readonly from: Day;
  readonly to: Day;
  readonly productId?: string;
  readonly category?: string;
  readonly location?: string;
  readonly price?: number;
  readonly promo?: boolean;
  readonly open?: boolean;
  readonly available?: boolean;
  readonly event?: string;
  readonly note?: string;
  readonly knownSince: Day;
  /** Day on which it was withdrawn; undefined while it is in force. */
  readonly removedOn?: Day;
}

/** A record that passed the schema, as a plan without its id. */
export function planOf(record: PlanRecord, today: Day): Omit<Plan, 'id'> {
  const { date = '', from = date, to = date, all: _, knownSince, ...rest } = record;
  return {
    ...rest,
    from: parseDay(from),
    to: parseDay(to),
    knownSince: knownSince === undefined ? today : parseDay(knownSince),
  };
}

/** The plan as a record with ISO dates, as it was added. */
export function recordOf(plan: Plan): PlanRecord {
  const { id: _, from, to, knownSince, removedOn: __, ...rest } = plan;
  const everything = (rest.productId ?? rest.category ?? rest.location) === undefined;
  return {
    ...(from === to ? { date: formatDay(from) } : { from: formatDay(from), to: formatDay(to) }),
    ...rest,
    ...(everything && { all: true }),
    knownSince: formatDay(knownSince),
  };
}

/** Tells whether the plan was in force at the end of a day. */
export function stoodOn(plan: Plan, day: Day): boolean {
  return plan.knownSince <= day && (plan.removedOn === undefined || plan.removedOn > day);
}
