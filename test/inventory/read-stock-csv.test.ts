import { describe, expect, it } from 'vitest';
import { readStockCsv } from '../../src/csv.js';
import { errorOf } from '../error-of.js';

describe('readStockCsv', () => {
  it('reads an English list', async () => {
    const text =
      'SKU,Stock on hand,On order,Lead time (days),MOQ,Pack size,Unit cost,Price,Service level\n' +
      'A-1,35,12,14,24,6,2.40,5.99,98%\nA-2,0,,,,,,,\n';
    const { records, problems, columns } = await readStockCsv(text, { columns: { onHand: 'Stock on hand' } });
    expect(problems).toEqual([]);
    expect(records).toEqual([
      {
        productId: 'A-1',
        onHand: 35,
        onOrder: 12,
        leadTime: 14,
        minimumOrder: 24,
        packSize: 6,
        cost: 2.4,
        price: 5.99,
        serviceLevel: 0.98,
      },
      { productId: 'A-2', onHand: 0 },
    ]);
    expect(columns.leadTime).toBe('Lead time (days)');
  });

  it('reads German and French lists, with the decimal mark that they have', async () => {
    const german = await readStockCsv(
      'Artikelnummer;Lagerbestand;Bestellt;VE;EK\nA-1;1.250;12;6;2,40\nB-2;3,5;0;1;1,25\n',
    );
    expect(german.records).toEqual([
      { productId: 'A-1', onHand: 1250, onOrder: 12, packSize: 6, cost: 2.4 },
      { productId: 'B-2', onHand: 3.5, onOrder: 0, packSize: 1, cost: 1.25 },
    ]);
    const french = await readStockCsv('Référence;Quantité;Délai\nA;7;10\n');
    expect(french.records).toEqual([{ productId: 'A', onHand: 7, leadTime: 10 }]);
  });

  it('reports lines that cannot be used, and reads on', async () => {
    const { records, problems } = await readStockCsv(
      'sku,on hand,lead time\nA,many,7\n,4,7\nB,4,7.5\nC,-2,3\n',
    );
    expect(records).toEqual([{ productId: 'C', onHand: -2, leadTime: 3 }]);
    expect(problems.map(({ line, column }) => [line, column])).toEqual([
      [2, 'onHand'],
      [3, 'productId'],
      [4, 'leadTime'],
    ]);
  });

  it('refuses a file without products, stock, lines, or with a wrong option', async () => {
    expect((await errorOf(readStockCsv('sku,price\nA,4\n'))).path).toEqual(['columns.onHand']);
    expect((await errorOf(readStockCsv('on hand,price\n3,4\n'))).path).toEqual(['columns.product']);
    expect((await errorOf(readStockCsv('sku,on hand\n'))).code).toBe('empty-data');
    expect((await errorOf(readStockCsv('sku,on hand\nA,1\n', { columns: { onHand: 'Ist' } }))).path).toEqual([
      'columns.onHand',
    ]);
    expect((await errorOf(readStockCsv('sku,on hand\nA,1\n', { colums: {} } as object))).code).toBe(
      'invalid-option',
    );
  });
});
