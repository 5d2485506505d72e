import { type Day, formatDay, MS_PER_DAY, parseDay } from '../../calendar/day.js';
import { ForecastError } from '../../errors.js';
import { type LongCallOptions, throwIfAborted } from '../../long-call.js';
import { type OptionTable, refuseUnknown } from '../../options.js';
import type { SalesRecord } from '../../panel/sales-record.js';
import type { HttpOptions } from '../../transport/http-client-options.js';
import { QuickBooksAccess } from './access.js';
import { QuickBooksApi } from './api.js';
import { itemSchema, TRANSACTION_KINDS, transactionSchema } from './entities.js';
import { type Catalog, type CatalogOptions, catalogOf, dailyTotals, salesOf } from './sales-lines.js';
import {
  affectedDays,
  daysInRanges,
  type QuickBooksSyncState,
  rememberTransactions,
  type TransactionSales,
  zerosForWhatIsGone,
} from './sync-state.js';
import type { QuickBooksTokenStore } from './tokens.js';

export interface QuickBooksOptions extends Partial<CatalogOptions> {
  /** Number of the company. */
  readonly realmId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly tokens: QuickBooksTokenStore;
  /** Default `production`. */
  readonly environment?: 'production' | 'sandbox';
  /** Settings of the accounting API; by default its rate limits are respected. */
  readonly http?: HttpOptions;
  /** Settings of the token service. */
  readonly tokenHttp?: HttpOptions;
}

const QUICKBOOKS_OPTIONS: OptionTable<QuickBooksOptions> = {
  realmId: 1,
  clientId: 1,
  clientSecret: 1,
  tokens: 1,
  environment: 1,
  http: 1,
  tokenHttp: 1,
  productId: 1,
  itemTypes: 1,
};

export interface QuickBooksRecordsOptions extends LongCallOptions {
  /** First day, included. */
  readonly from: Day;
  /** Last day, included. */
  readonly to: Day;
}

export interface QuickBooksSyncOptions extends LongCallOptions {
  /** State that the last synchronization returned; without it everything since `from` is read. */
  readonly state?: QuickBooksSyncState;
  /** First day to read. */
  readonly from: Day;
}

const QUICKBOOKS_SYNC_OPTIONS: OptionTable<QuickBooksSyncOptions> = {
  state: 1,
  from: 1,
  signal: 1,
  onProgress: 1,
};

/** Result of a synchronization. */
export interface QuickBooksSync {
  /** Totals by day and product of every day that changed, complete, to be stored in mode `replace`. */
  readonly records: readonly SalesRecord[];
  /** State for the next synchronization; store it together with the records or after them. */
  readonly state: QuickBooksSyncState;
  /** True if everything was read again: there was no state, or too much had changed since. */
  readonly full: boolean;
}

export interface QuickBooksSource {
  /** Sales lines of a range of days, month by month. */
  records(range: QuickBooksRecordsOptions): AsyncGenerator<SalesRecord, void, void>;
  /** Reads the changes since the last synchronization: new, edited, moved, voided and deleted transactions. */
  sync(options: QuickBooksSyncOptions): Promise<QuickBooksSync>;
}

const DAYS_PER_QUERY = 31;
/** Intuit lists changes of the last 30 days; one day is kept as a margin for clocks and delays. */
const MAX_CHANGE_AGE_MS = 29 * MS_PER_DAY;
/** Overlap of consecutive queries for changes, in case some became visible late. */
const OVERLAP_MS = 5 * 60_000;

/**
 * Sales of a company in QuickBooks Online: sales receipts, invoices, credit memos and refund receipts, with the
 * products of its items. Nothing about customers is kept.
 *
 * ```ts
 * import { FileTokenStore, quickBooksSource } from 'commerce-forecast/sources';
 *
 * const source = quickBooksSource({
 *   realmId: '123145',
 *   clientId: 'client-id',
 *   clientSecret: 'client-secret',
 *   tokens: new FileTokenStore({ path: './quickbooks-tokens.json' }),
 * });
 * const { records, state } = await source.sync({ from: 19_000 });
 * ```
 *
 * Source: https://developer.intuit.com/app/developer/qbo/docs/learn/explore-the-quickbooks-online-api
 *
 * @throws ForecastError `invalid-option` for a wrong option. Calls reject with `unauthorized` if the company has to be
 * connected again, `limit-exceeded`, `unavailable`, `timeout`, `invalid-data` or `aborted`.
 */
export function quickBooksSource(options: QuickBooksOptions): QuickBooksSource {
  refuseUnknown(options, QUICKBOOKS_OPTIONS);
  return new Source(options);
}

class Source implements QuickBooksSource {
  private readonly api: QuickBooksApi;
  private readonly catalogOptions: CatalogOptions;
  private readonly now: () => number;

  constructor(options: QuickBooksOptions) {
    const { clientId, clientSecret, tokens, tokenHttp } = options;
    for (const name of ['clientId', 'clientSecret', 'tokens'] as const) {
      if (!options[name]) throw new ForecastError('invalid-option', `${name} is missing`, { path: [name] });
    }
    const access = new QuickBooksAccess({ clientId, clientSecret, tokens, http: tokenHttp });
    this.api = new QuickBooksApi({ ...options, access });
    this.now = options.http?.now ?? Date.now;
    this.catalogOptions = {
      productId: options.productId ?? 'id',
      itemTypes: options.itemTypes ?? ['Inventory', 'NonInventory'],
    };
  }

  async *records({
    from,
    to,
    signal,
    onProgress,
  }: QuickBooksRecordsOptions): AsyncGenerator<SalesRecord, void, void> {
    const catalog = await this.catalog(signal);
    for (let start = from; start <= to; start += DAYS_PER_QUERY) {
      throwIfAborted(signal);
      const end = Math.min(to, start + DAYS_PER_QUERY - 1);
      for (const { records } of await this.salesBetween(start, end, catalog, signal)) yield* records;
      onProgress?.({ phase: 'read QuickBooks', done: end - from + 1, total: to - from + 1 });
    }
  }

  async sync(options: QuickBooksSyncOptions): Promise<QuickBooksSync> {
    refuseUnknown(options, QUICKBOOKS_SYNC_OPTIONS);
    const { state, from, signal, onProgress } = options;
    const startedAt = this.now();
    const catalog = await this.catalog(signal);
    const changed = state && (await this.changedDays(state, startedAt, signal));
    const today = Math.floor(startedAt / MS_PER_DAY);
    // One day more than today: it may already be tomorrow where the company is.
    const ranges = changed ? daysInRanges(changed.filter((day) => day >= from)) : [{ from, to: today + 1 }];
    const sales: TransactionSales[] = [];
    const total = ranges.reduce((days, range) => days + range.to - range.from + 1, 0);
    let done = 0;
    for (const range of ranges) {
      for (let start = range.from; start <= range.to; start += DAYS_PER_QUERY) {
        throwIfAborted(signal);
        const end = Math.min(range.to, start + DAYS_PER_QUERY - 1);
        sales.push(...(await this.salesBetween(start, end, catalog, signal)));
        onProgress?.({ phase: 'read QuickBooks', done: (done += end - start + 1), total });
      }
    }
    const totals = dailyTotals(sales.flatMap(({ records }) => records));
    const categories = new Map([...catalog.values()].map((product) => [product.productId, product.category]));
    const gone = zerosForWhatIsGone(state, ranges, totals, categories);
    return {
      records: [...totals, ...gone],
      state: rememberTransactions(state, ranges, sales, new Date(startedAt - OVERLAP_MS).toISOString()),
      full: changed === undefined,
    };
  }

  /** Days with changes, or `undefined` if they are no longer known. */
  private async changedDays(
    state: QuickBooksSyncState,
    now: number,
    signal: AbortSignal | undefined,
  ): Promise<Day[] | undefined> {
    const since = Date.parse(state.changedSince);
    if (!(now - since < MAX_CHANGE_AGE_MS)) return undefined;
    const deleted = await this.api.deletedSince(TRANSACTION_KINDS, state.changedSince, signal);
    if (!deleted.complete) return undefined;
    const changed: { key: string; day: Day }[] = [];
    for (const kind of TRANSACTION_KINDS) {
      const condition = `MetaData.LastUpdatedTime >= '${state.changedSince}'`;
      for (const transaction of await this.api.queryAll(kind, transactionSchema, condition, signal)) {
        changed.push({ key: `${kind}:${transaction.Id}`, day: parseDay(transaction.TxnDate) });
      }
    }
    return affectedDays(state, changed, deleted.keys);
  }

  private async salesBetween(
    from: Day,
    to: Day,
    catalog: Catalog,
    signal: AbortSignal | undefined,
  ): Promise<TransactionSales[]> {
    const condition = `TxnDate >= '${formatDay(from)}' AND TxnDate <= '${formatDay(to)}'`;
    const perKind = await Promise.all(
      TRANSACTION_KINDS.map(async (kind) => {
        const transactions = await this.api.queryAll(kind, transactionSchema, condition, signal);
        return transactions.map((transaction) => ({
          key: `${kind}:${transaction.Id}`,
          day: parseDay(transaction.TxnDate),
          records: salesOf(kind, transaction, catalog),
        }));
      }),
    );
    return perKind.flat();
  }

  private async catalog(signal: AbortSignal | undefined): Promise<Catalog> {
    // Inactive items too, as they have past sales.
    const items = await this.api.queryAll('Item', itemSchema, 'Active IN (true, false)', signal);
    return catalogOf(items, this.catalogOptions);
  }
}
