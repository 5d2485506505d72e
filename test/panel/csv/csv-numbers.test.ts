import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFlag } from '../../../src/panel/csv/csv-flags.js';
import { readNumber } from '../../../src/panel/csv/csv-numbers.js';

describe('readNumber', () => {
  it.each([
    ['12', 12],
    ['-0.5', -0.5],
    ['+.5', 0.5],
    ['1e3', 1000],
    [' 7 ', 7],
    ['1,234', 1234],
    ['$1,234,567.89', 1234567.89],
    ['-$5.00', -5],
    ['(12.50)', -12.5],
    ['\u20ac 3', 3],
    ["1'234.5", 1234.5],
    ['', undefined],
    ['  ', undefined],
  ])('reads %j', (text, value) => {
    expect(readNumber(text, '.')).toBe(value);
  });

  it.each([
    ['1.234,5', 1234.5],
    ['1234,5', 1234.5],
    ['-1,5', -1.5],
    ['1.234.567', 1234567],
    ['12', 12],
    ['1 234,5', 1234.5],
    ['12 34 567', 1234567],
    ['(1\u202f234)', -1234],
  ])('reads %j with a decimal comma', (text, value) => {
    expect(readNumber(text, ',')).toBe(value);
  });

  it.each([
    '1 2',
    '1 1/2',
    '1 234 5',
    '1234 567',
    'x',
    '1,23',
    '1.2.3',
    '0x10',
    'NaN',
    'Infinity',
    '--1',
    '()',
    '-',
    '$',
    '1,2,3',
    '(-1)',
    '1e',
  ])('does not take %j for a number', (text) => {
    expect(readNumber(text, '.')).toBeNaN();
  });

  it.each(['1.5', '1,2,3', '1.23,4', 'x,y'])('does not take %j for one with a decimal comma', (text) => {
    expect(readNumber(text, ',')).toBeNaN();
  });

  it('reads what toLocaleString writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e11, max: 1e11 }), (cents) => {
        const options = { minimumFractionDigits: 2 };
        expect(readNumber((cents / 100).toLocaleString('en-US', options), '.')).toBeCloseTo(cents / 100, 4);
        expect(readNumber((cents / 100).toLocaleString('de-DE', options), ',')).toBeCloseTo(cents / 100, 4);
        const dollars = (cents / 100).toLocaleString('en-US', {
          style: 'currency',
          currency: 'USD',
          currencySign: 'accounting',
        });
        expect(readNumber(dollars, '.')).toBeCloseTo(cents / 100, 4);
      }),
      { seed: 20240306, numRuns: 500 },
    );
  });
});

describe('currencies and units beside a number', () => {
  it.each([
    ['AU $3,000.00', 3000],
    ['EUR -45', -45],
    ['EUR -4.50', -4.5],
    ['R$ 5', 5],
    ['S/ 12.00', 12],
    ['12 kr.', 12],
    ['2 pcs', 2],
    ['3 St\u00fcck', 3],
    ['1.5 kg', 1.5],
  ])('reads %j', (text, value) => {
    expect(readNumber(text, '.')).toBe(value);
  });

  it.each(['SKU-1', 'PEN-1', 'US-5', 'AB12', '500 g'])('does not take the code %j for an amount', (text) => {
    expect(readNumber(text, '.')).toBeNaN();
  });
});

describe('readFlag', () => {
  it('knows the usual words', () => {
    expect(['1', 'True', 'yes', ' Y '].map(readFlag)).toEqual([true, true, true, true]);
    expect(['0', 'FALSE', 'no', 'f'].map(readFlag)).toEqual([false, false, false, false]);
    expect(['', ' ', 'maybe'].map(readFlag)).toEqual([undefined, undefined, 'maybe']);
  });
});
