import { parseArgs } from 'node:util';
import { daysAgo } from './load/days-ago.js';
import { startReplicatedPostgres } from './load/replicated-postgres.js';
import { type LoadedServer, startServer } from './load/server.js';
import { type Row, report } from './report.js';

/**
 * Failover of the database below a server that is being asked and written to: the primary is killed with `SIGKILL`, and its
 * synchronous standby promoted. Measures how long which kinds of requests get no answer, what they get instead, and
 * whether everything that was acknowledged is still there. Starts its own database servers, for which PostgreSQL must be installed.
 *
 * npx tsx benchmarks/failover.ts [--seconds 20] [--runs 3] [--json FILE]
 */
const { values: flags } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    runs: { type: 'string', default: '3' },
    json: { type: 'string' },
  },
});
const PAUSE_MS = 50;
const BEFORE_MS = 3_000;
/** Recent enough to be kept. */
const DAY = daysAgo(30);
const PREFIX = 'FAILOVER-';

interface Answer {
  readonly number: number;
  /** When the request was sent, and when answered, in milliseconds of `performance.now()`. */
  readonly from: number;
  readonly to: number;
  /** HTTP status; 0 without an answer. */
  readonly status: number;
  readonly retryAfter: boolean;
}

type Asker = (number: number) => Promise<Response>;

/** Sends one request after the other until told to stop. */
function keepAsking(ask: Asker): { readonly answers: Answer[]; stop(): Promise<void> } {
  const answers: Answer[] = [];
  let goesOn = true;
  const end = (async () => {
    for (let number = 0; goesOn; number++) {
      const from = performance.now();
      const { status, retryAfter } = await ask(number).then(
        async (response) => {
          await response.arrayBuffer();
          return { status: response.status, retryAfter: response.headers.has('retry-after') };
        },
        () => ({ status: 0, retryAfter: false }),
      );
      answers.push({ number, from, to: performance.now(), status, retryAfter });
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  })();
  return {
    answers,
    stop: async () => {
      goesOn = false;
      await end;
    },
  };
}

const isGood = ({ status }: Answer) => status >= 200 && status < 300;

/** Seconds from the failure until every request was answered well again; 0 if none failed. */
function outage(answers: readonly Answer[], failure: number): number {
  const bad = answers.filter((answer) => answer.to > failure && !isGood(answer));
  const last = bad.at(-1);
  if (!last) return 0;
  const next = answers.find((answer) => answer.from > last.from && isGood(answer));
  return ((next ?? last).to - failure) / 1000;
}

async function failOver(run: number, rows: Row[]): Promise<void> {
  const add = (method: string, metric: string, value: number) =>
    rows.push({ case: `failover ${run}`, method, metric, value });
  const database = await startReplicatedPostgres();
  let server: LoadedServer | undefined;
  try {
    const { url, key } = (server = await startServer({
      DATABASE_URL: database.url,
      // PostgreSQL's usual limit is 100 connections in all.
      DATABASE_POOL_MAX: '50',
      DEMO_DATA: 'true',
    }));
    const headers = { authorization: `Bearer ${key}` };
    const get = (path: string) => fetch(url + path, { headers, signal: AbortSignal.timeout(60_000) });
    const write = (number: number) =>
      fetch(`${url}/api/v1/sales`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': `write-${number}` },
        body: JSON.stringify({
          records: [{ date: DAY, product_id: PREFIX + number, category: 'Drill', units: 1 }],
        }),
        signal: AbortSignal.timeout(60_000),
      });
    const streams = {
      forecasts: keepAsking(() => get('/api/v1/forecast/top-products?time_period=week')),
      'sales summary': keepAsking(() => get('/api/v1/sales/summary')),
      writes: keepAsking(write),
    };
    await new Promise((resolve) => setTimeout(resolve, BEFORE_MS));
    const failure = performance.now();
    await database.killPrimary();
    add('standby', 'seconds_to_promotion', ((await database.promoted) - failure) / 1000);
    await new Promise((resolve) => setTimeout(resolve, Number(flags.seconds) * 1000));
    await Promise.all(Object.values(streams).map((stream) => stream.stop()));
    for (const [name, { answers }] of Object.entries(streams)) {
      const before = answers.filter((answer) => answer.to < failure);
      if (before.length === 0 || !before.every(isGood)) {
        const statuses = new Set(before.map(({ status }) => status));
        throw new Error(`${name} failed before the failure: ${[...statuses].join(' ')}`);
      }
      const bad = answers.filter((answer) => !isGood(answer));
      add(name, 'answers', answers.length);
      add(name, 'outage_seconds', outage(answers, failure));
      add(name, 'longest_wait_seconds', Math.max(...answers.map(({ from, to }) => (to - from) / 1000)));
      add(name, 'refused_503_with_retry_after', bad.filter((a) => a.status === 503 && a.retryAfter).length);
      add(name, 'failed_otherwise', bad.filter((a) => a.status !== 503 || !a.retryAfter).length);
    }
    const { products } = (await (
      await get(`/api/v1/sales/totals/products?from=${DAY}&to=${DAY}`)
    ).json()) as {
      readonly products: readonly { readonly product_id: string }[];
    };
    const stored = new Set(products.map(({ product_id }) => product_id));
    const acknowledged = streams.writes.answers.filter(isGood);
    add('writes', 'acknowledged', acknowledged.length);
    add(
      'writes',
      'acknowledged_and_lost',
      acknowledged.filter(({ number }) => !stored.has(PREFIX + number)).length,
    );
    add('server', 'ready', (await get('/health/ready')).status === 200 ? 1 : 0);
  } finally {
    await server?.stop();
    await database.stop();
  }
}

const rows: Row[] = [];
for (let run = 1; run <= Number(flags.runs); run++) await failOver(run, rows);
report(rows, flags.json);
