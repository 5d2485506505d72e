import type { SalesRecord } from '../../src/panel/sales-record.js';

/** All records of a source. */
export async function collect(records: AsyncIterable<SalesRecord>): Promise<SalesRecord[]> {
  const all: SalesRecord[] = [];
  for await (const record of records) all.push(record);
  return all;
}
