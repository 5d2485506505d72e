import { type Day, formatDay } from '../calendar/day.js';
import { canonicalJson, sha256Hex } from '../canonical-json.js';
import { ForecastError, invalidOption } from '../errors.js';
import { checkedBy } from '../schema.js';
import type { DocumentStore } from '../storage/document-contract.js';
import { parsePlans } from './plan-document.js';
import { type Plan, type PlanRecord, planOf, recordOf, stoodOn } from './plan-record.js';
import { planRecord } from './plan-record-schema.js';

/** A stored plan as it is listed. */
export interface PlanEntry extends PlanRecord {
  readonly id: string;
  /** `YYYY-MM-DD`. */
  readonly knownSince: string;
  /** `YYYY-MM-DD` on which it was withdrawn; undefined while it is in force. */
  readonly removedOn?: string;
}

/** A plan record that was left out. */
export interface PlanProblem {
  /** Number of the record, from 0, and the column: `[3, 'to']`. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

export interface PlanReport {
  readonly records: number;
  /** Records that were stored now. */
  readonly added: number;
  /** Records that were stored already. */
  readonly unchanged: number;
  readonly rejected: number;
  /** The first problems, at most a hundred. */
  readonly problems: readonly PlanProblem[];
  /** Ids of the valid records, in the given order. */
  readonly ids: readonly string[];
  /** Revision of the stored plans, which counts their changes. */
  readonly version: number;
}

export interface PlanQuery {
  /** `YYYY-MM-DD`: only plans that touch this day or a later one. */
  readonly from?: string;
  /** `YYYY-MM-DD`: only plans that touch this day or an earlier one. */
  readonly to?: string;
  readonly productId?: string;
  readonly category?: string;
  readonly location?: string;
  /** Includes withdrawn plans. Default false. */
  readonly removed?: boolean;
}

/**
 * The plans of one merchant: checked, versioned, and dated by when they became known, so that a backtest uses
 * what was known at its cutoffs.
 */
export interface PlanBook {
  /** Stores valid records, and reports the others. Storing an equal record again changes nothing. */
  add(records: Iterable<PlanRecord>, today: Day): Promise<PlanReport>;
  list(query?: PlanQuery): Promise<readonly PlanEntry[]>;
  /**
   * Withdraws plans from a day on; backtests of earlier days still use them.
   *
   * @returns how many were in force until now
   * @throws ForecastError `not-found` with the first unknown id.
   */
  remove(ids: readonly string[], today: Day): Promise<number>;
  /** The plans in force at the end of a day, in the order in which they became known. */
  knownOn(day: Day): Promise<readonly Plan[]>;
}

const MAX_PROBLEMS = 100;
/** Most plans in one book, including withdrawn ones, as they are one document. */
const MAX_PLANS = 100_000;
/** Most attempts to write a document under concurrent writes. */
const MAX_TRIES = 50;

/**
 * Makes a plan book that keeps its plans in a document store, as the document `name`: one name for each merchant.
 *
 * ```ts
 * import { createPlanBook, MemoryDocumentStore, parseDay } from 'commerce-forecast';
 *
 * async function planPromotion() {
 *   const book = createPlanBook(new MemoryDocumentStore(), 'shop-1/plan');
 *   const promotion = { from: '2026-12-01', to: '2026-12-07', productId: 'SKU-1', promo: true, price: 7.5 };
 *   return book.add([promotion], parseDay('2026-11-20'));
 * }
 * ```
 */
export function createPlanBook(store: DocumentStore, name = 'plan'): PlanBook {
  return new StoredPlanBook(store, name);
}

class StoredPlanBook implements PlanBook {
  constructor(
    private readonly store: DocumentStore,
    private readonly name: string,
  ) {}

  async add(records: Iterable<PlanRecord>, today: Day): Promise<PlanReport> {
    const { plans, problems, rejected, count } = await checkRecords(records, today);
    let added = 0;
    const version = await this.change((stored) => {
      const standing = new Set(stored.filter(({ removedOn }) => removedOn === undefined).map(({ id }) => id));
      const fresh = plans.filter(({ id }) => !standing.has(id) && standing.add(id));
      added = fresh.length;
      if (stored.length + added > MAX_PLANS) {
        throw new ForecastError('limit-exceeded', `A plan holds at most ${MAX_PLANS} records`, {
          path: ['records'],
          hint: 'Plan for a category, or from a day to a day.',
        });
      }
      return added === 0 ? undefined : [...stored, ...fresh];
    });
    return {
      records: count,
      added,
      unchanged: plans.length - added,
      rejected,
      problems,
      ids: plans.map(({ id }) => id),
      version,
    };
  }

  async list(query: PlanQuery = {}): Promise<readonly PlanEntry[]> {
    const { from, to, removed = false } = query;
    const { plans } = await this.read();
    return plans
      .filter((plan) => removed || plan.removedOn === undefined)
      .filter((plan) => from === undefined || formatDay(plan.to) >= from)
      .filter((plan) => to === undefined || formatDay(plan.from) <= to)
      .filter((plan) =>
        SCOPE.every((column) => query[column] === undefined || plan[column] === query[column]),
      )
      .map(entryOf);
  }

  async remove(ids: readonly string[], today: Day): Promise<number> {
    if (!Array.isArray(ids)) invalidOption('ids', 'Give a list of the ids of plans');
    const wanted = new Set(ids);
    let count = 0;
    await this.change((stored) => {
      const known = new Set(stored.map(({ id }) => id));
      const missing = ids.findIndex((id) => !known.has(id));
      if (missing >= 0) {
        throw new ForecastError('not-found', `There is no plan "${ids[missing]}"`, {
          path: ['ids', missing],
        });
      }
      const ends = (plan: Plan) => wanted.has(plan.id) && plan.removedOn === undefined;
      count = stored.filter(ends).length;
      if (count === 0) return undefined;
      return stored.map((plan) => (ends(plan) ? { ...plan, removedOn: today } : plan));
    });
    return count;
  }

  async knownOn(day: Day): Promise<readonly Plan[]> {
    const { plans } = await this.read();
    return plans.filter((plan) => stoodOn(plan, day)).sort((a, b) => a.knownSince - b.knownSince);
  }

  private async read(): Promise<{ revision: number; plans: readonly Plan[] }> {
    const { revision, document } = await this.store.read(this.name);
    return { revision, plans: document === undefined ? [] : parsePlans(document) };
  }

  /** Changes the stored plans by compare-and-set; undefined for no change. Returns the resulting revision. */
  private async change(next: (stored: readonly Plan[]) => readonly Plan[] | undefined): Promise<number> {
    for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
      const { revision, plans } = await this.read();
      const changed = next(plans);
      if (changed === undefined) return revision;
      const document = { specificationVersion: 'v1', plans: changed };
      if (await this.store.compareAndSet(this.name, revision, document)) return revision + 1;
    }
    throw new ForecastError('conflict', 'The plan was changed concurrently too many times', {
      hint: 'Try again.',
    });
  }
}

const SCOPE = ['productId', 'category', 'location'] as const;

/**
 * Checks plan records that are not stored, such as those of a scenario.
 *
 * @throws ForecastError `invalid-option` with the path of the first record and column that is wrong.
 */
export async function plansOf(records: Iterable<PlanRecord>, today: Day): Promise<readonly Plan[]> {
  const { plans, problems } = await checkRecords(records, today);
  const [problem] = problems;
  if (!problem) return plans;
  const { path, message } = problem;
  throw new ForecastError('invalid-option', `Plan record ${path[0]}: ${message}`, {
    path: ['plan', ...path],
  });
}

async function checkRecords(records: Iterable<PlanRecord>, today: Day) {
  if (typeof records !== 'object' || !(Symbol.iterator in (records ?? {}))) {
    invalidOption('plan', 'Give a list of plan records');
  }
  const plans: Plan[] = [];
  const problems: PlanProblem[] = [];
  let rejected = 0;
  let count = 0;
  for (const record of records) {
    const at = count++;
    const checked = checkedBy(planRecord(), record);
    if (!checked.success) {
      rejected++;
      for (const { path, message } of checked.error.issues) {
        if (problems.length < MAX_PROBLEMS) problems.push({ path: [at, ...path.map(String)], message });
      }
      continue;
    }
    const plan = planOf(checked.data, today);
    const { knownSince: _, ...content } = plan;
    plans.push({ id: (await sha256Hex(canonicalJson(content))).slice(0, 16), ...plan });
  }
  return { plans, problems, rejected, count };
}

function entryOf(plan: Plan): PlanEntry {
  return {
    id: plan.id,
    ...recordOf(plan),
    knownSince: formatDay(plan.knownSince),
    ...(plan.removedOn !== undefined && { removedOn: formatDay(plan.removedOn) }),
  };
}
