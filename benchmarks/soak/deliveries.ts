import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../../src/random.js';
import { daysAgo } from '../load/days-ago.js';
import type { Client } from './client.js';
import { Ledger } from './ledger.js';
import { pick, type Shop } from './shop.js';

const PRODUCTS = 40;
const DAYS = 60;
const MOST_RECORDS = 20;
const KEPT = 5;
const ATTEMPTS = 5;
const PATH = '/api/v1/sales';

interface Delivery {
  readonly id: string;
  readonly body: string;
  readonly units: ReadonlyMap<string, number>;
}

/** Sales and plans as systems and people send them, wrong ones among them, and what of them is stored. */
export class Deliveries {
  readonly ledger = new Ledger();
  readonly #client: Client;
  readonly #shop: Shop;
  readonly #random: Random;
  readonly #recent: Delivery[] = [];
  /** Days of files that were stored; each has the same content whenever it is sent. */
  readonly #files = new Set<string>();
  readonly #plans: string[] = [];
  #number = 0;

  constructor(client: Client, shop: Shop, random: Random) {
    this.#client = client;
    this.#shop = shop;
    this.#random = random;
  }

  /** A small delivery as JSON, sent again under the same key until it is acknowledged. */
  async deliver(): Promise<void> {
    const delivery = this.#draw();
    const { id, body, units } = delivery;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const answer = await this.#send('delivery', body, 'application/json', { 'idempotency-key': id });
      if (answer?.status === 200) {
        this.ledger.add(units);
        this.#recent.push(delivery);
        if (this.#recent.length > KEPT) this.#recent.shift();
        return;
      }
      await pause(1_000);
    }
    this.ledger.forget(units.keys());
  }

  /** The same again, or something else under the key of a delivery. */
  async repeat(): Promise<void> {
    // Not to be taken back meanwhile: its key would be free again.
    const delivery = this.#recent.pop();
    if (!delivery) return;
    const key = { 'idempotency-key': delivery.id };
    if (this.#random.uniform() < 0.3)
      await this.#send('reused key', this.#draw().body, 'application/json', key, [422]);
    else await this.#send('repeated delivery', delivery.body, 'application/json', key);
    this.#recent.push(delivery);
  }

  async takeBack(): Promise<void> {
    const delivery = this.#recent.pop();
    if (!delivery) return;
    const answer = await this.#client.send({
      kind: 'delivery taken back',
      path: `${PATH}?delivery=${delivery.id}&reason=soak`,
      method: 'DELETE',
      headers: this.#shop.admin,
      // A later delivery may have changed the same rows.
      expected: [200, 409],
    });
    if (answer?.status === 200) this.ledger.add(delivery.units, -1);
    else if (answer?.status !== 409) this.ledger.forget(delivery.units.keys());
  }

  async refusedRecords(): Promise<void> {
    const wrong = pick(this.#random, [
      { date: '2024-02-30', product_id: 'a', units: 1 },
      { date: daysAgo(1), product_id: 'a', units: 'many' },
      { date: daysAgo(1), product_id: '', units: 1 },
    ]);
    await this.#send('wrong delivery', JSON.stringify({ records: [wrong] }), 'application/json', {}, [400]);
  }

  /** A file of a day that replaces what is there; some have wrong lines. */
  async file(): Promise<void> {
    const daysBefore = 1 + this.#random.integer(DAYS);
    const date = daysAgo(daysBefore);
    const wrong = this.#random.uniform() < 0.3 ? [`${date},,Toys,x`, 'no day,file-1,Toys,1'] : [];
    const units = new Map(
      Array.from({ length: PRODUCTS }, (_, i) => [`soak-file-${i}`, 1 + ((i * 7 + daysBefore) % 5)] as const),
    );
    const category = this.#shop.categories[0];
    const lines = [...units].map(([product, amount]) => `${date},${product},${category},${amount}`);
    const body = ['date,product_id,category,units', ...lines, ...wrong].join('\n');
    const answer = await this.#client.send({
      kind: 'file',
      path: `${PATH}?mode=replace`,
      method: 'POST',
      headers: { ...this.#shop.admin, 'content-type': 'text/csv' },
      body,
      check: ({ json }) =>
        json.rejected === wrong.length
          ? undefined
          : `${json.rejected} lines were rejected, not ${wrong.length}`,
    });
    if (answer?.status !== 200) return this.ledger.forget(units.keys());
    if (!this.#files.has(date)) this.ledger.add(units);
    this.#files.add(date);
  }

  /** A file that may be read in two ways. */
  async ambiguousFile(): Promise<void> {
    const body = 'date;product_id;units\n01/02/2024;tea;1\n03/04/2024;tea;2\n';
    await this.#send('ambiguous file', body, 'text/csv', {}, [400]);
  }

  /** Half of a file, and then nothing more. */
  async brokenOff(): Promise<void> {
    const lines = Array.from({ length: 2_000 }, (_, i) => `${daysAgo(1)},soak-broken-off-${i % 20},Toys,1\n`);
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(`date,product_id,category,units\n${lines.join('')}`));
      },
    });
    await this.#client.send({
      kind: 'file broken off',
      path: PATH,
      method: 'POST',
      headers: { ...this.#shop.admin, 'content-type': 'text/csv' },
      body,
      abortAfterMs: 20 + this.#random.integer(500),
    });
  }

  async plan(): Promise<void> {
    const record = {
      date: daysAgo(-1 - this.#random.integer(60)),
      product_id: pick(this.#random, this.#shop.products),
      promo: true,
    };
    const answer = await this.#client.send({
      kind: 'plan',
      path: '/api/v1/plan',
      method: 'POST',
      headers: { ...this.#shop.admin, 'content-type': 'application/json' },
      body: JSON.stringify({ records: [record] }),
    });
    this.#plans.push(...(answer?.json.ids ?? []));
  }

  async unplan(): Promise<void> {
    const id = this.#plans.shift();
    if (id === undefined) return;
    await this.#client.send({
      kind: 'plan taken back',
      path: `/api/v1/plan?ids=${id}`,
      method: 'DELETE',
      headers: this.#shop.admin,
    });
  }

  async lists(): Promise<void> {
    const paths = ['sales/deliveries', 'sales/removals', 'plan', 'plan?removed=true'];
    const path = `/api/v1/${pick(this.#random, paths)}`;
    await this.#client.send({ kind: 'list', path, headers: this.#shop.admin });
  }

  /** Days within which everything was sold. */
  static get days(): string {
    return `from=${daysAgo(DAYS + 5)}&to=${daysAgo(0)}`;
  }

  #draw(): Delivery {
    const random = this.#random;
    const units = new Map<string, number>();
    const records = Array.from({ length: 1 + random.integer(MOST_RECORDS) }, () => {
      const number = random.integer(PRODUCTS);
      const product_id = `soak-${number}`;
      const amount = 1 + random.integer(9);
      units.set(product_id, (units.get(product_id) ?? 0) + amount);
      const category = this.#shop.categories[number % this.#shop.categories.length];
      return { date: daysAgo(1 + random.integer(DAYS)), product_id, category, units: amount, price: 10 };
    });
    return { id: `soak-${this.#number++}`, body: JSON.stringify({ records }), units };
  }

  #send(
    kind: string,
    body: string,
    type: string,
    headers: Readonly<Record<string, string>>,
    expected: readonly number[] = [200],
  ) {
    const all = { ...this.#shop.admin, 'content-type': type, ...headers };
    return this.#client.send({ kind, path: PATH, method: 'POST', headers: all, body, expected });
  }
}
