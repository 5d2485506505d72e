import { describe, expect, it } from 'vitest';
import { type PlanCsvOptions, readPlanCsv } from '../../src/csv.js';
import { errorOf } from '../error-of.js';

const read = (text: string, options?: PlanCsvOptions) => readPlanCsv(text, options);

describe('plans as CSV', () => {
  it('reads every column by its own name', async () => {
    const { records, problems } = await read(
      'from,to,product,category,location,price,promo,open,available,event,note,known_since\n' +
        '2026-12-01,2026-12-24,SKU-1,,,7.5,yes,,,,Advent,2026-11-01\n' +
        '2026-12-26,2026-12-26,,Toys,Rome,,,,no,,,\n' +
        '2026-12-25,,,,,,,0,,Christmas,,\n',
    );
    expect(problems).toEqual([]);
    expect(records).toEqual([
      {
        from: '2026-12-01',
        to: '2026-12-24',
        productId: 'SKU-1',
        price: 7.5,
        promo: true,
        note: 'Advent',
        knownSince: '2026-11-01',
      },
      { from: '2026-12-26', to: '2026-12-26', category: 'Toys', location: 'Rome', available: false },
      { date: '2026-12-25', all: true, open: false, event: 'Christmas' },
    ]);
  });

  it('recognises other languages, marks and forms of dates', async () => {
    const { records, columns } = await read(
      'Aktionsplan Herbst\n\nVon;Bis;Artikelnummer;Preis;Aktion;Geschlossen\n01.10.2026;14.10.2026;4711;1.299,50;ja;\n03.10.2026;03.10.2026;*;;;x\n',
    );
    expect(columns).toEqual({
      from: 'Von',
      to: 'Bis',
      product: 'Artikelnummer',
      price: 'Preis',
      promo: 'Aktion',
      closed: 'Geschlossen',
    });
    expect(records).toEqual([
      { from: '2026-10-01', to: '2026-10-14', productId: '4711', price: 1299.5, promo: true },
      { from: '2026-10-03', to: '2026-10-03', all: true, open: false },
    ]);
    const french = await read('Date\tProduit\tPrix\tPromo\n24/12/2026\tBougie\t4,50\toui\n');
    expect(french.records).toEqual([{ date: '2026-12-24', productId: 'Bougie', price: 4.5, promo: true }]);
  });

  it('takes ids of products before their names, and leaves other columns out', async () => {
    const { records } = await read('date,Product name,SKU,Colour,price\n2026-05-01,Red mug,M-1,red,5\n');
    expect(records).toEqual([{ date: '2026-05-01', productId: 'M-1', price: 5 }]);
  });

  it('means every product where that is said or the shop is closed, and asks for it otherwise', async () => {
    const { records, problems } = await read(
      'date,product,promo,open,event\n2026-05-01,,,no,\n2026-05-02,all,1,,\n2026-05-03,,1,,\n2026-05-04,,,,Fair\n',
    );
    expect(records).toEqual([
      { date: '2026-05-01', all: true, open: false },
      { date: '2026-05-02', all: true, promo: true },
      { date: '2026-05-04', all: true, event: 'Fair' },
    ]);
    expect(problems).toEqual([
      { line: 4, column: 'productId', message: expect.stringContaining('productId') },
    ]);
    const whole = await read('date,promo\n2026-05-01,1\n');
    expect(whole.records).toEqual([{ date: '2026-05-01', all: true, promo: true }]);
  });

  it('reports wrong lines with their numbers and keeps the others', async () => {
    const { records, problems } = await read(
      [
        'from,to,product,price,promo',
        '2026-05-01,2026-05-03,A,5,1',
        '',
        '2026-05-09,2026-05-03,A,5,1',
        'soon,2026-05-03,A,5,1',
        '2026-05-01,2026-05-03,A,cheap,1',
        '2026-05-01,2026-05-03,A,,maybe',
        '2026-05-01,2026-05-03,A,,',
        '2026-05-01,2026-05-03,A,"5"x,1',
        '2026-05-04,2026-05-05,B,-1,1',
      ].join('\n'),
    );
    expect(records.map(({ productId }) => productId)).toEqual(['A']);
    expect(problems.map(({ line, column }) => [line, column])).toEqual([
      [4, 'to'],
      [5, 'from'],
      [6, 'price'],
      [7, 'promo'],
      [8, 'promo'],
      [9, 'line'],
      [10, 'price'],
    ]);
  });

  it('asks what dates and numbers leave open, and takes the answer', async () => {
    const text = 'date,product,promo\n3/9/2026,A,1\n';
    const open = await errorOf(read(text));
    expect([open.code, open.path]).toEqual(['invalid-data', ['date-order']]);
    expect((await read(text, { dateFormat: 'MDY' })).records[0].date).toBe('2026-03-09');
    expect((await read('from,to,product,promo\n3/9/2026,25/9/2026,A,1\n')).records[0].from).toBe(
      '2026-09-03',
    );
    const amount = 'date;product;price\n2026-03-09;A;1.200\n';
    expect((await errorOf(read(amount))).path[0]).toBe('decimal:price');
    expect((await read(amount, { decimal: ',' })).records[0].price).toBe(1200);
  });

  it('refuses files without days, plans or lines, and unknown options', async () => {
    expect((await errorOf(read(''))).code).toBe('empty-data');
    expect((await errorOf(read('date,product,promo\n'))).code).toBe('empty-data');
    expect((await errorOf(read('product,promo\nA,1\n'))).path).toEqual(['columns.date']);
    expect((await errorOf(read('date,product,note\n2026-01-01,A,x\n'))).path).toEqual(['columns.promo']);
    const unknown = await errorOf(read('date,promo\n2026-01-01,1\n', { columns: { product: 'Ref' } }));
    expect([unknown.path, unknown.hint]).toEqual([['columns.product'], 'The header has: date, promo.']);
    expect((await errorOf(read('x', { dateformat: 'DMY' } as never))).path).toEqual(['dateformat']);
    const aborted = read('date,promo\n2026-01-01,1\n', { signal: AbortSignal.abort() });
    expect((await errorOf(aborted)).code).toBe('aborted');
  });
});
