import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { de } from '../../../examples/dashboard/src/i18n/de.js';
import { en } from '../../../examples/dashboard/src/i18n/en.js';
import { createLanguage } from '../../../examples/dashboard/src/i18n/locale.js';
import { OnHandField } from '../../../examples/dashboard/src/pages/stock/on-hand-field.js';
import {
  isAtRisk,
  type StockRow,
  stockReasons,
} from '../../../examples/dashboard/src/pages/stock/stock-reasons.js';
import { readStockFile, withOnHand } from '../../../examples/dashboard/src/pages/stock/stock-records.js';
import { stockSearch, termsOf } from '../../../examples/dashboard/src/pages/stock/stock-terms.js';
import { show } from './render.js';

const row: StockRow = {
  product_id: 'tea',
  location: null,
  category: 'Drinks',
  action: 'order-now',
  reasons: [],
  order_quantity: 24,
  order_by: '2026-03-01',
  on_hand: 4,
  on_order: 0,
  lead_time_days: 7,
  lead_time_demand: 10,
  protection_demand: 20,
  reorder_point: 28,
  safety_stock: 8,
  service_level: 0.95,
  days_of_cover: 2.8,
  stock_out_probability: 0.6,
  expected_lost_sales: 6.2,
  expected_overstock: 4,
  order_cost: null,
  abc: 'A',
  xyz: 'X',
  condition: 'sound',
  excess_units: 0,
};
const english = createLanguage('en', en);

describe('terms in an address', () => {
  it('are taken where they are valid', () => {
    expect(stockSearch({ lead: 14, review: 1, level: 99.5, category: 'Toys', other: 1 })).toEqual({
      lead: 14,
      review: 1,
      level: 99.5,
      category: 'Toys',
    });
    expect(stockSearch({ lead: 1.5, review: 0, level: 100, category: '' })).toEqual({});
    expect(stockSearch({ lead: '14', review: null, level: Number.NaN, category: ['Toys'] })).toEqual({});
  });

  it('are those of the server where they are missing', () => {
    expect(termsOf({ lead: 3 })).toEqual({ lead: 3, review: 7, level: 95, category: undefined });
  });
});

describe('stock that is typed', () => {
  it('replaces that of a file and keeps its terms', () => {
    const records = [
      { product_id: 'tea', on_hand: 3, on_order: 2, pack_size: 6 },
      { product_id: 'cup', on_hand: 1 },
      { product_id: 'tea', on_hand: 5, on_order: 1 },
    ];
    expect(withOnHand(records, 'tea', 9)).toEqual([
      { product_id: 'cup', on_hand: 1 },
      { product_id: 'tea', on_hand: 9, on_order: 3, pack_size: 6 },
    ]);
    expect(withOnHand(records, 'tea', undefined)).toEqual([{ product_id: 'cup', on_hand: 1 }]);
    expect(withOnHand([], 'mug', 0)).toEqual([{ product_id: 'mug', on_hand: 0 }]);
  });

  it('counts once the field is left, and only if it is a number that has changed', async () => {
    const onChange = vi.fn();
    await show(<OnHandField productId="tea" value={4} onChange={onChange} />);
    const user = userEvent.setup();
    const field = screen.getByLabelText('Units on hand of tea');
    await user.click(field);
    await user.tab();
    expect(onChange).not.toHaveBeenCalled();
    await user.clear(field);
    await user.type(field, '12');
    expect(onChange).not.toHaveBeenCalled();
    await user.tab();
    expect(onChange).toHaveBeenLastCalledWith('tea', 12);
    await user.clear(field);
    await user.tab();
    expect(onChange).toHaveBeenLastCalledWith('tea', undefined);
  });
});

describe('stock of a file', () => {
  it('is read with its terms, and lines without a number are named', async () => {
    const file = new File(['SKU;Lagerbestand;VE;EK-Preis\nA-1;35;6;2,40\nA-2;viele;6;1,00\n'], 's.csv');
    const { entries, problems } = await readStockFile(file);
    expect(entries).toEqual([{ product_id: 'A-1', on_hand: 35, pack_size: 6, cost: 2.4 }]);
    expect(problems.map(({ line }) => line)).toEqual([3]);
  });
});

describe('a reason', () => {
  it('says what is there, what is needed, and what is at stake', () => {
    expect(stockReasons(row, 7, english)).toBe(
      '4 on hand, which last 2.8 days. A delivery takes 7 days and the next order is in 7: 28 units are enough ' +
        'until then with a probability of 95%. An order of today comes late: stock runs out before it with a ' +
        'probability of 60%, and 6.2 sales are lost on average.',
    );
  });

  it('holds the amounts in every language, whatever is to be done', () => {
    const rows: StockRow[] = [
      { ...row, action: 'unknown', on_hand: null, on_order: null, stock_out_probability: null },
      { ...row, action: 'order-later', order_by: '2026-04-02', on_hand: 60, on_order: 5 },
      { ...row, action: 'enough', order_by: null, on_hand: 900, condition: 'excess', excess_units: 500 },
      { ...row, action: 'enough', order_by: null, on_hand: 900, days_of_cover: null, condition: 'dead' },
    ];
    for (const language of [english, createLanguage('de', de)]) {
      const [unknown = '', later = '', excess = '', dead = ''] = rows.map((own) =>
        stockReasons(own, 7, language),
      );
      expect(unknown).toContain('28');
      for (const part of ['60', '5', language.format.day('2026-04-02')]) expect(later).toContain(part);
      expect(excess).toContain('500');
      expect(dead).toContain(language.t('stock.why.dead'));
      for (const text of [unknown, later, excess, dead]) expect(text).not.toMatch(/[{}]|null|undefined/);
    }
  });

  it('takes a stock-out for a risk only beyond the service level', () => {
    expect(isAtRisk(row)).toBe(true);
    expect(isAtRisk({ ...row, stock_out_probability: 0.04 })).toBe(false);
    expect(isAtRisk({ ...row, stock_out_probability: null })).toBe(false);
  });
});
