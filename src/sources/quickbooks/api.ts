import type * as z from 'zod/mini';
import { ForecastError } from '../../errors.js';
import { HttpClient } from '../../transport/http-client.js';
import type { HttpOptions } from '../../transport/http-client-options.js';
import { httpStatusOf } from '../../transport/http-failure.js';
import { parseAnswer } from '../../transport/parse-answer.js';
import type { QuickBooksAccess } from './access.js';
import { changeAnswerSchema, queryAnswerSchema } from './entities.js';

const PRODUCTION_URL = 'https://quickbooks.api.intuit.com';
const SANDBOX_URL = 'https://sandbox-quickbooks.api.intuit.com';
/** Intuit allows 500 requests a minute and 10 at the same time for a company; these limits stay below both. */
const LIMITS = { minIntervalMs: 130, maxConcurrent: 5 };
/** Largest page that Intuit returns. */
const PAGE_SIZE = 1_000;
const MAX_RESTARTS = 5;
const MINOR_VERSION = 75;

export interface QuickBooksApiOptions {
  readonly realmId: string;
  readonly environment?: 'production' | 'sandbox';
  readonly access: QuickBooksAccess;
  readonly http?: HttpOptions;
  /** Entities a page; for tests. */
  readonly pageSize?: number;
}

/** Transactions deleted since a time. */
export interface DeletedEntities {
  /** `Invoice:12` and the like. */
  readonly keys: readonly string[];
  /** False if there were more changes than Intuit lists. */
  readonly complete: boolean;
}

/** Queries to the accounting API of one company. */
export class QuickBooksApi {
  private readonly options: QuickBooksApiOptions;
  private readonly http: HttpClient;
  private readonly pageSize: number;

  constructor(options: QuickBooksApiOptions) {
    if (!/^\d+$/.test(options.realmId)) {
      throw new ForecastError('invalid-option', 'realmId must be the number of the company', {
        path: ['realmId'],
      });
    }
    this.options = options;
    this.pageSize = options.pageSize ?? PAGE_SIZE;
    const baseUrl = options.environment === 'sandbox' ? SANDBOX_URL : PRODUCTION_URL;
    this.http = new HttpClient({ baseUrl, ...LIMITS, ...options.http });
  }

  /**
   * Returns all entities of a kind that fulfil a condition. Pages overlap by one entity: if it is not the
   * expected one, a deletion has moved entities to an earlier page, and the query starts again.
   *
   * @throws ForecastError `conflict` if that happens again and again.
   */
  async queryAll<S extends z.ZodMiniType<{ Id: string }>>(
    kind: string,
    entity: S,
    condition: string,
    signal?: AbortSignal,
  ): Promise<z.output<S>[]> {
    for (let restart = 0; restart < MAX_RESTARTS; restart++) {
      const found = await this.queryOnce(kind, entity, condition, signal);
      if (found) return found;
    }
    throw new ForecastError('conflict', `${kind} entities keep being deleted while they are read`, {
      path: [kind],
      hint: 'Try again when nobody deletes entities in QuickBooks.',
    });
  }

  /** Returns the entities deleted since a time within the last 30 days. */
  async deletedSince(
    kinds: readonly string[],
    since: string,
    signal?: AbortSignal,
  ): Promise<DeletedEntities> {
    const answer = await this.get('cdc', { entities: kinds.join(','), changedSince: since }, signal);
    const { CDCResponse } = parseAnswer('QuickBooks', changeAnswerSchema, answer);
    const keys: string[] = [];
    let listed = 0;
    for (const response of CDCResponse.flatMap(({ QueryResponse }) => QueryResponse)) {
      for (const kind of kinds) {
        const entities = (response[kind] ?? []) as { Id: string; status?: string }[];
        listed += entities.length;
        for (const { Id, status } of entities) if (status === 'Deleted') keys.push(`${kind}:${Id}`);
      }
    }
    return { keys, complete: listed < PAGE_SIZE };
  }

  private async queryOnce<S extends z.ZodMiniType<{ Id: string }>>(
    kind: string,
    entity: S,
    condition: string,
    signal: AbortSignal | undefined,
  ): Promise<z.output<S>[] | undefined> {
    const schema = queryAnswerSchema(kind, entity);
    const found = new Map<string, z.output<S>>();
    let lastId: string | undefined;
    for (let start = 1; ; start += this.pageSize - 1) {
      const query =
        `SELECT * FROM ${kind}${condition && ` WHERE ${condition}`} ORDERBY Id` +
        ` STARTPOSITION ${start} MAXRESULTS ${this.pageSize}`;
      const answer = parseAnswer('QuickBooks', schema, await this.get('query', { query }, signal));
      const page = (answer.QueryResponse as Record<string, z.output<S>[] | undefined>)[kind] ?? [];
      if (lastId !== undefined && page[0]?.Id !== lastId) return undefined;
      for (const one of page) found.set(one.Id, one);
      if (page.length < this.pageSize) return [...found.values()];
      lastId = page.at(-1)?.Id;
    }
  }

  /** Sends a GET with an access token; a refused token is renewed once. */
  private async get(
    resource: string,
    query: Record<string, string>,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    const { access, realmId } = this.options;
    const request = async (token: string) =>
      this.http.json({
        path: `/v3/company/${realmId}/${resource}`,
        query: { ...query, minorversion: MINOR_VERSION },
        headers: { Accept: 'application/json', Authorization: `Bearer ${token}` },
        secrets: [token],
        signal,
      });
    const token = await access.token();
    try {
      return await request(token);
    } catch (error) {
      if (httpStatusOf(error) !== 401) throw error;
      return request(await access.token(token));
    }
  }
}
