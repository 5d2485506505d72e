import type { TransactionKind } from '../../../src/sources/quickbooks/entities.js';
import { type Handler, json, type SeenRequest } from '../../transport/fake-service.js';

export const CLIENT = { clientId: 'ABclient', clientSecret: 'se/cret+42' };
export const REALM = '123146096291789';
const HOUR_MS = 3_600_000;

export interface FakeLine {
  readonly item: string;
  readonly quantity?: number;
  readonly amount: number;
}

interface Stored {
  readonly kind: string;
  readonly entity: Record<string, unknown> & { Id: string };
  readonly updated: number;
  readonly deleted?: boolean;
}

/** Personal data that the interface sends along and that must not get any further. */
export const PERSONAL = ['Weiskopf', 'consulting@example.com', '65 Ocean Dr', 'call him before noon'];

/**
 * Behaves as the documented token service and accounting interface do: access tokens of an hour, refresh tokens that
 * change with every use, queries with conditions, order and pages, change data capture.
 */
export class FakeQuickBooks {
  time = Date.parse('2024-03-10T08:00:00Z');
  refreshToken = 'refresh-0';
  accessTokens = new Map<string, number>();
  renewals = 0;
  readonly queries: string[] = [];
  /** Called before each query is answered. */
  beforeQuery: (query: string) => void = () => {};
  private readonly stored = new Map<string, Stored>();
  private nextId = 1;

  readonly handler: Handler = (request, response) => this.answer(request)(request, response);

  item(fields: { name: string; type?: string; sku?: string; active?: boolean; id?: string }): string {
    const Id = fields.id ?? String(this.nextId++);
    const Name = fields.name.slice(fields.name.lastIndexOf(':') + 1);
    this.put('Item', {
      Id,
      Name,
      FullyQualifiedName: fields.name,
      Type: fields.type ?? 'Inventory',
      Active: fields.active ?? true,
      ...(fields.sku && { Sku: fields.sku }),
      SyncToken: '0',
    });
    return Id;
  }

  transaction(
    kind: TransactionKind,
    date: string,
    lines: readonly FakeLine[],
    fields: { id?: string; ExchangeRate?: number; Line?: unknown[] } = {},
  ): string {
    const { id = String(this.nextId++), ...rest } = fields;
    this.put(kind, {
      Id: id,
      TxnDate: date,
      CustomerRef: { value: '5', name: PERSONAL[0] },
      BillEmail: { Address: PERSONAL[1] },
      BillAddr: { Line1: PERSONAL[2] },
      PrivateNote: PERSONAL[3],
      TotalAmt: lines.reduce((sum, { amount }) => sum + amount, 0),
      Line: [
        ...lines.map(({ item, quantity, amount }, i) => ({
          Id: String(i + 1),
          DetailType: 'SalesItemLineDetail',
          Description: `${PERSONAL[0]}'s order`,
          Amount: amount,
          SalesItemLineDetail: {
            ItemRef: { value: item, name: 'x' },
            ...(quantity !== undefined && { Qty: quantity }),
          },
        })),
        { DetailType: 'SubTotalLineDetail', Amount: 1, SubTotalLineDetail: {} },
      ],
      ...rest,
    });
    return id;
  }

  remove(kind: TransactionKind, id: string): void {
    const key = `${kind}:${id}`;
    const stored = this.stored.get(key)!;
    this.stored.set(key, { ...stored, deleted: true, updated: this.time });
  }

  private put(kind: string, entity: Record<string, unknown> & { Id: string }): void {
    this.stored.set(`${kind}:${entity.Id}`, { kind, entity, updated: this.time });
  }

  private answer(request: SeenRequest): Handler {
    if (request.path === '/oauth2/v1/tokens/bearer') return this.renew(request);
    const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
    if (!((this.accessTokens.get(token) ?? 0) > this.time)) {
      return json({ fault: { error: [{ message: 'AuthenticationFailed', code: '003200' }] } }, 401);
    }
    if (request.path === `/v3/company/${REALM}/query`) return this.query(request.query.get('query')!);
    if (request.path === `/v3/company/${REALM}/cdc`) return this.changes(request);
    return json({}, 404);
  }

  private renew(request: SeenRequest): Handler {
    const basic = Buffer.from(`${CLIENT.clientId}:${CLIENT.clientSecret}`).toString('base64');
    if (request.headers.authorization !== `Basic ${basic}`) return json({ error: 'invalid_client' }, 401);
    const form = new URLSearchParams(request.body);
    if (form.get('grant_type') !== 'refresh_token' || form.get('refresh_token') !== this.refreshToken) {
      return json({ error: 'invalid_grant', error_description: 'Incorrect or invalid refresh token' }, 400);
    }
    this.renewals++;
    this.refreshToken = `refresh-${this.renewals}`;
    const accessToken = `access-${this.renewals}`;
    this.accessTokens.set(accessToken, this.time + HOUR_MS);
    return json({
      token_type: 'bearer',
      expires_in: 3_600,
      access_token: accessToken,
      refresh_token: this.refreshToken,
      x_refresh_token_expires_in: 8_726_400,
    });
  }

  private query(text: string): Handler {
    this.queries.push(text);
    this.beforeQuery(text);
    const match =
      /^SELECT \* FROM (\w+)(?: WHERE (.+?))? ORDERBY Id STARTPOSITION (\d+) MAXRESULTS (\d+)$/.exec(text);
    if (!match || Number(match[4]) > 1_000) {
      return json(
        { Fault: { Error: [{ Message: 'Error parsing query', code: '4000' }], type: 'ValidationFault' } },
        400,
      );
    }
    const [, kind, condition = '', start, count] = match;
    const found = [...this.stored.values()]
      .filter((one) => one.kind === kind && !one.deleted && this.fulfils(one, condition))
      .sort((a, b) => (a.entity.Id < b.entity.Id ? -1 : 1))
      .slice(Number(start) - 1, Number(start) - 1 + Number(count))
      .map(({ entity }) => entity);
    const QueryResponse =
      found.length > 0 ? { [kind!]: found, startPosition: Number(start), maxResults: found.length } : {};
    return json({ QueryResponse, time: new Date(this.time).toISOString() });
  }

  private fulfils({ entity, updated }: Stored, condition: string): boolean {
    const active = entity['Active'] !== false || condition.includes('Active IN (true, false)');
    const from = /TxnDate >= '([\d-]+)'/.exec(condition)?.[1];
    const to = /TxnDate <= '([\d-]+)'/.exec(condition)?.[1];
    const since = /MetaData.LastUpdatedTime >= '([^']+)'/.exec(condition)?.[1];
    const date = entity['TxnDate'] as string;
    return (
      active && (!from || date >= from) && (!to || date <= to) && (!since || updated >= Date.parse(since))
    );
  }

  private changes({ query }: SeenRequest): Handler {
    const since = Date.parse(query.get('changedSince')!);
    if (this.time - since > 30 * 24 * HOUR_MS) return json({ Fault: { type: 'ValidationFault' } }, 400);
    let room = 1_000;
    const responses = query
      .get('entities')!
      .split(',')
      .map((kind) => {
        const changed = [...this.stored.values()]
          .filter((one) => one.kind === kind && one.updated >= since)
          .slice(0, room);
        room -= changed.length;
        const listed = changed.map(({ entity, deleted }) =>
          deleted ? { Id: entity.Id, domain: 'QBO', status: 'Deleted' } : entity,
        );
        return listed.length > 0 ? { [kind]: listed, startPosition: 1, maxResults: listed.length } : {};
      });
    return json({ CDCResponse: [{ QueryResponse: responses }], time: new Date(this.time).toISOString() });
  }
}
