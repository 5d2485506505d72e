import type { SalesRecord } from '../../panel/sales-record.js';
import { DIRECTION, type Item, type SalesLine, type Transaction, type TransactionKind } from './entities.js';

/** Choice of the items that count as products, and of their ids in the records. */
export interface CatalogOptions {
  /** Identifier of a product: the id of QuickBooks, the SKU (the id where there is none) or the full name. */
  readonly productId: 'id' | 'sku' | 'name';
  /** Types of items that are products. */
  readonly itemTypes: readonly string[];
}

export interface Product {
  readonly productId: string;
  /** Full name of the parent item, such as `Toys:Wooden`; null at the top. */
  readonly category: string | null;
}

/** Products by the id of their item; items that are not products are left out. */
export type Catalog = ReadonlyMap<string, Product>;

export function catalogOf(items: readonly Item[], options: CatalogOptions): Catalog {
  const products = items.filter((item) => options.itemTypes.includes(item.Type ?? ''));
  return new Map(
    products.map((item) => {
      const fullName = item.FullyQualifiedName ?? item.Name ?? item.Id;
      const colon = fullName.lastIndexOf(':');
      const names = { id: item.Id, sku: item.Sku || item.Id, name: fullName };
      return [
        item.Id,
        { productId: names[options.productId], category: colon < 0 ? null : fullName.slice(0, colon) },
      ];
    }),
  );
}

/**
 * The sales of a transaction, one record for each line with a product: units and revenue in the home currency,
 * negative for returned goods. Lines without a product (services, shipping, discounts, subtotals) are left out.
 */
export function salesOf(kind: TransactionKind, transaction: Transaction, catalog: Catalog): SalesRecord[] {
  const direction = DIRECTION[kind];
  const rate = transaction.ExchangeRate ?? 1;
  const records: SalesRecord[] = [];
  for (const line of linesOf(transaction)) {
    const detail = line.SalesItemLineDetail;
    const product = catalog.get(detail?.ItemRef?.value ?? '');
    if (!product) continue;
    const amount = line.Amount ?? (detail?.Qty ?? 0) * (detail?.UnitPrice ?? 0);
    // QuickBooks omits the quantity of a line with an amount only; it counts as one piece.
    const quantity = detail?.Qty ?? (amount === 0 ? 0 : 1);
    // Voided transactions keep their lines, with zeros.
    if (quantity === 0 && amount === 0) continue;
    records.push({
      date: transaction.TxnDate,
      productId: product.productId,
      category: product.category,
      units: direction * quantity,
      revenue: direction * rate * amount,
    });
  }
  return records;
}

/** Sums records by day and product, in the order of their first appearance. */
export function dailyTotals(records: readonly SalesRecord[]): SalesRecord[] {
  const totals = new Map<string, SalesRecord>();
  for (const record of records) {
    const key = `${record.date as string} ${record.productId}`;
    const before = totals.get(key);
    totals.set(key, {
      ...record,
      units: (before?.units ?? 0) + record.units,
      revenue: (before?.revenue ?? 0) + (record.revenue ?? 0),
    });
  }
  return [...totals.values()];
}

function linesOf(transaction: Transaction): SalesLine[] {
  return transaction.Line.flatMap((line) => [line, ...(line.GroupLineDetail?.Line ?? [])]);
}
