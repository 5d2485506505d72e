import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createRandom } from '../src/random.js';
import { type LoadedServer, startServer } from './load/server.js';
import { Client } from './soak/client.js';
import { stepsOf } from './soak/day.js';
import { Deliveries } from './soak/deliveries.js';
import { openShop, type Shop } from './soak/shop.js';
import { embeddedStorage, ownDatabase, type WatchedStorage } from './soak/stored.js';
import { answerRows, type Look, lookRows, printTables, processRows, sampleRows } from './soak/summary.js';
import { training } from './soak/visits.js';
import { inMegabytes, probe, type Sample, sample } from './soak/watch.js';

/**
 * A day of a service in an hour: a gentle mix of everything that is asked of the reference server, right and wrong, with trainings and
 * chores, while its memory, files, event loop and storage are watched. Tells whether anything grows that has no reason to.
 * Ends with 1 if there was a wrong answer, or one of 5xx that is not 503 with `Retry-After`, or if a sum of what was
 * acknowledged is not what is stored.
 *
 * npx tsx benchmarks/soak.ts [--minutes 60] [--rate 20] [--train-every 10] [--model adaptive] [--seed 1] [--json FILE]
 *   [--database postgres://... --redis redis://...] [--snapshots FOLDER]
 *
 * Without `--database` the server has an embedded one. `--snapshots` writes what is on the heap after ten minutes and at
 * the end, for the developer tools of a browser to compare. Needs Linux (`/proc`).
 */
const { values: flags } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    rate: { type: 'string', default: '20' },
    'train-every': { type: 'string', default: '10' },
    model: { type: 'string', default: 'adaptive' },
    seed: { type: 'string', default: '1' },
    database: { type: 'string' },
    redis: { type: 'string', default: '' },
    snapshots: { type: 'string' },
    json: { type: 'string' },
  },
});

const SAMPLE_MS = 5_000;
const LOOK_MS = 300_000;
const WARM_UP_MS = 600_000;
const MOST_AT_ONCE = 50;
const minutes = Number(flags.minutes);
const directory = mkdtempSync(join(tmpdir(), 'soak-'));

class Soak {
  readonly client: Client;
  readonly samples: Sample[] = [];
  readonly looks: Look[] = [];
  /** Steps that came due while too many were under way. */
  left = 0;
  readonly #server: LoadedServer;
  readonly #storage: WatchedStorage;
  readonly #start = performance.now();
  readonly #end = this.#start + minutes * 60_000;

  constructor(server: LoadedServer, storage: WatchedStorage) {
    this.#server = server;
    this.#storage = storage;
    this.client = new Client(server.url);
  }

  async run(): Promise<void> {
    const shop = await openShop(this.#server);
    const deliveries = new Deliveries(this.client, shop, createRandom(Number(flags.seed), 1));
    const steps = stepsOf(this.client, shop, deliveries, createRandom(Number(flags.seed), 2));
    const look = () => this.#look(shop);
    const looking = this.#repeat(() => LOOK_MS, look);
    await Promise.all([this.#ask(steps), this.#train(shop), this.#watch(), looking, this.#snapshot()]);
    await look();
    const compared = await deliveries.ledger.compare(this.client, shop.admin, Deliveries.days);
    console.log(`Sums of ${compared} products compared with what was acknowledged`);
  }

  get #seconds(): number {
    return (performance.now() - this.#start) / 1_000;
  }

  /** Calls a function now and after each pause, as long as the time lasts. */
  async #repeat(pauseMs: () => number, what: () => unknown): Promise<void> {
    for (let due = performance.now(); due < this.#end; due += pauseMs()) {
      await pause(Math.max(0, due - performance.now()));
      await what();
    }
  }

  /** Steps come at random times that do not wait for the answers before. */
  async #ask(steps: Generator<() => Promise<unknown>>): Promise<void> {
    const random = createRandom(Number(flags.seed), 3);
    const underWay = new Set<Promise<unknown>>();
    const gap = () => (-Math.log(1 - random.uniform()) * 1_000) / Number(flags.rate);
    await this.#repeat(gap, () => {
      const step: () => Promise<unknown> = steps.next().value;
      if (underWay.size >= MOST_AT_ONCE) this.left++;
      else {
        const work = step().finally(() => underWay.delete(work));
        underWay.add(work);
      }
    });
    await Promise.all(underWay);
  }

  async #train(shop: Shop): Promise<void> {
    const everyMs = Number(flags['train-every']) * 60_000;
    const random = createRandom(Number(flags.seed), 4);
    await pause(Math.min(everyMs / 2, minutes * 30_000));
    await this.#repeat(
      () => everyMs,
      () => training(this.client, shop, random),
    );
  }

  async #watch(): Promise<void> {
    await this.#repeat(
      () => SAMPLE_MS,
      async () => {
        const now = await sample(this.#server.process, this.#seconds);
        this.samples.push(now);
        if (this.samples.length % 12 === 1) {
          const [rss, heap] = [now.rss, now.heapUsed].map(Math.round);
          const parts = [
            `RSS ${rss} MB`,
            `heap ${heap} MB`,
            `${now.fds} files`,
            `${this.left} steps left out`,
          ];
          console.log(`${Math.round(now.time / 60)} min: ${parts.join(', ')}`);
        }
      },
    );
  }

  async #look({ admin }: Shop): Promise<void> {
    const summary = await this.client.send({
      kind: 'summary of sales',
      path: '/api/v1/sales/summary',
      headers: admin,
    });
    const sizes = { 'sales rows': Number(summary?.json.rows), ...(await this.#storage.sizes()) };
    const { memory } = await probe(this.#server.process, { kind: 'collect' });
    const { heapTotal: _, ...live } = inMegabytes(memory);
    this.looks.push({ time: this.#seconds, live, sizes });
  }

  async #snapshot(): Promise<void> {
    const { snapshots } = flags;
    if (snapshots === undefined) return;
    const write = (name: string) =>
      probe(this.#server.process, { kind: 'snapshot', file: join(snapshots, `${name}.heapsnapshot`) });
    await pause(Math.min(WARM_UP_MS, minutes * 20_000));
    await write('warm');
    await pause(Math.max(0, this.#end - performance.now()));
    await write('end');
  }
}

async function openStorage(): Promise<WatchedStorage> {
  if (flags.database === undefined) return embeddedStorage(directory);
  const name = `soak_${randomUUID().slice(0, 8)}`;
  return ownDatabase(flags.database, flags.redis, name, directory);
}

const storage = await openStorage();
let server: LoadedServer | undefined;
try {
  const probeModule = fileURLToPath(new URL('soak/probe.ts', import.meta.url));
  server = await startServer(
    {
      MODEL: flags.model,
      LOG_LEVEL: 'warn',
      MODEL_VERSIONS_KEPT: '2',
      // Chores and judgements that a day has once or twice.
      CHORES_CRON: '*/5 * * * *',
      COLLECTION_CRON: '*/10 * * * *',
      ...storage.environment,
    },
    'ready',
    ['--import', 'tsx', '--import', probeModule],
  );
  const soak = new Soak(server, storage);
  await soak.run();
  const rows = [...answerRows(soak.client), ...processRows(soak.samples), ...lookRows(soak.looks)];
  printTables(rows);
  for (const wrong of soak.client.wrong) console.log(wrong);
  console.log(`${soak.client.wrong.length} wrong answers, ${soak.left} steps left out`);
  if (flags.json) {
    const all = [...rows, ...sampleRows(soak.samples)];
    writeFileSync(flags.json, `${JSON.stringify(all, null, 2)}\n`);
  }
  process.exitCode = soak.client.wrong.length > 0 ? 1 : 0;
} finally {
  await server?.stop();
  await storage.remove();
  rmSync(directory, { recursive: true, force: true });
}
