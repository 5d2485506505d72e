import type { Client } from './client.js';

/** Sums of what a server has acknowledged, to compare with what it says is stored. */
export class Ledger {
  readonly #units = new Map<string, number>();
  /** Deliveries whose fate is not known, by product. */
  readonly #unknown = new Set<string>();

  /** Adds units of products, or with `sign` -1 takes them back. */
  add(units: ReadonlyMap<string, number>, sign = 1): void {
    for (const [product, amount] of units)
      this.#units.set(product, (this.#units.get(product) ?? 0) + sign * amount);
  }

  /** Leaves products out of the comparison. */
  forget(products: Iterable<string>): void {
    for (const product of products) this.#unknown.add(product);
  }

  /** Compares with the totals that the server gives for all days, and complains about differences. */
  async compare(client: Client, headers: Readonly<Record<string, string>>, days: string): Promise<number> {
    const answer = await client.send({
      kind: 'final sums',
      path: `/api/v1/sales/totals/products?${days}`,
      headers,
    });
    const totals: readonly { readonly product_id: string; readonly units: number }[] =
      answer?.json.products ?? [];
    const stored = new Map(totals.map(({ product_id, units }) => [product_id, units]));
    let compared = 0;
    for (const [product, units] of this.#units) {
      if (this.#unknown.has(product)) continue;
      compared++;
      const found = stored.get(product) ?? 0;
      if (Math.abs(found - units) > 1e-6 * Math.max(1, units))
        client.complain('final sums', 'wrong', `${product}: ${found} units stored, ${units} acknowledged`);
    }
    return compared;
  }
}
