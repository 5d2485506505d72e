import type pg from 'pg';
import type { DailySale } from '../src/storage/contract.js';

/** What a server does at best: the same rows by plain `COPY`, without checks, ids, undo and columns. */

interface Connection {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** A `COPY` statement; rows from the server are dropped. */
class PlainCopy {
  readonly done: Promise<void>;
  #settle!: { readonly resolve: () => void; readonly reject: (error: Error) => void };

  constructor(
    readonly text: string,
    readonly input?: Buffer,
  ) {
    this.done = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
  }

  submit(connection: Connection): void {
    connection.query(this.text);
  }
  handleCopyInResponse(connection: Connection): void {
    if (this.input) connection.sendCopyFromChunk(this.input);
    connection.endCopyFrom();
  }
  handleCopyData(): void {}
  handleRowDescription(): void {}
  handleCommandComplete(): void {}
  handleReadyForQuery(): void {
    this.#settle.resolve();
  }
  handleError(error: Error): void {
    this.#settle.reject(error);
  }
}

const COLUMNS = 'day, product_id, location, category, units, revenue, price, promo, in_stock';

/** All rows of the storage in reading order. */
export async function copyOut(pool: pg.Pool, schema: string): Promise<void> {
  await onClient(pool, (client) =>
    run(
      client,
      new PlainCopy(
        `COPY (SELECT ${COLUMNS} FROM ${schema}.sales ORDER BY product_id, location, day) TO STDOUT`,
      ),
    ),
  );
}

/** Rows into an unlogged table, and from there into the sales by one statement. */
export async function copyIn(pool: pg.Pool, schema: string, rows: readonly DailySale[]): Promise<void> {
  const lines = rows.map(
    ({ day, productId, category, units, revenue, price, promo, inStock }) =>
      `${new Date(day * 86_400_000).toISOString().slice(0, 10)}\t${productId}\t\t${category}\t${units}\t${revenue}\t${price}\t${promo}\t${inStock}\n`,
  );
  const input = Buffer.from(lines.join(''));
  await onClient(pool, async (client) => {
    await client.query(`CREATE UNLOGGED TABLE IF NOT EXISTS ${schema}.plain (LIKE ${schema}.sales)`);
    await run(client, new PlainCopy(`COPY ${schema}.plain (${COLUMNS}) FROM STDIN`, input));
    await client.query(`
      INSERT INTO ${schema}.sales (${COLUMNS}, delivery) SELECT ${COLUMNS}, -1 FROM ${schema}.plain
      ON CONFLICT (product_id, location, day) DO UPDATE SET units = excluded.units, revenue = excluded.revenue,
        price = excluded.price, promo = excluded.promo, in_stock = excluded.in_stock, category = excluded.category`);
    await client.query(`TRUNCATE ${schema}.plain`);
  });
}

async function onClient(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<unknown>): Promise<void> {
  const client = await pool.connect();
  try {
    await work(client);
  } finally {
    client.release();
  }
}

function run(client: pg.PoolClient, copy: PlainCopy): Promise<void> {
  (client as unknown as { query(statement: PlainCopy): void }).query(copy);
  return copy.done;
}
