import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import type { StockRecord } from 'commerce-forecast';
import type { Schemas } from '../../api/client.js';

/** Stock of a product with the terms on which it is bought, as the server takes it. */
export type StockEntry = Schemas['StockRecord'];

/**
 * Stock that was entered. The server keeps none, so that it is kept with the last answers: until the person signs out, and
 * for a week at most.
 */
const stockRecordsQuery = queryOptions({
  queryKey: ['stock'],
  queryFn: (): Promise<readonly StockEntry[]> => Promise.resolve([]),
  enabled: false,
  staleTime: Number.POSITIVE_INFINITY,
});

export function useStockRecords(): readonly [
  readonly StockEntry[],
  (records: readonly StockEntry[]) => void,
] {
  const client = useQueryClient();
  const { data = NONE } = useQuery(stockRecordsQuery);
  return [data, (records) => client.setQueryData(stockRecordsQuery.queryKey, records)];
}

const NONE: readonly StockEntry[] = [];

/** The records with other units of a product on hand; without it if they are not known. */
export function withOnHand(
  records: readonly StockEntry[],
  productId: string,
  onHand: number | undefined,
): StockEntry[] {
  const [own, ...repeated] = records.filter(({ product_id }) => product_id === productId);
  const others = records.filter(({ product_id }) => product_id !== productId);
  if (onHand === undefined) return others;
  // What stood in several lines was added up, so the new number stands for all of them.
  const onOrder = repeated.reduce((sum, { on_order = 0 }) => sum + on_order, own?.on_order ?? 0);
  return [
    ...others,
    { ...own, product_id: productId, on_hand: onHand, ...(onOrder > 0 && { on_order: onOrder }) },
  ];
}

/** Stock of a file, by the rules of the package; nothing of the file leaves the browser but what the plan needs. */
export async function readStockFile(file: File) {
  const { readStockCsv } = await import('commerce-forecast/csv');
  const { records, problems, columns } = await readStockCsv(file, { gzip: false });
  return { entries: records.map(entryOf), problems, columns };
}

function entryOf(record: StockRecord): StockEntry {
  const { productId, onHand, onOrder, leadTime, serviceLevel, minimumOrder, packSize, shelfLife } = record;
  const { price, cost, salvage, penalty } = record;
  return {
    product_id: productId,
    on_hand: onHand,
    ...(onOrder !== undefined && { on_order: onOrder }),
    ...(typeof leadTime === 'number' && { lead_time: leadTime }),
    ...(serviceLevel !== undefined && { service_level: serviceLevel }),
    ...(minimumOrder !== undefined && { minimum_order: minimumOrder }),
    ...(packSize !== undefined && { pack_size: packSize }),
    ...(shelfLife !== undefined && { shelf_life: shelfLife }),
    ...(price !== undefined && { price }),
    ...(cost !== undefined && { cost }),
    ...(salvage !== undefined && { salvage }),
    ...(penalty !== undefined && { penalty }),
  };
}
