import { describe, expect, it } from 'vitest';
import { formatDataReport } from '../../src/panel/format-data-report.js';
import { PanelBuilder } from '../../src/panel/panel-builder.js';

describe('formatDataReport', () => {
  it('prints what was read, left out and changed', () => {
    const builder = new PanelBuilder({ maxExamples: 1 });
    builder.add({ date: '2024-03-01', productId: 'a', category: 'x', units: 1500 });
    builder.add({ date: '2024-03-02', productId: 'a', category: 'x', units: -2 });
    builder.add({ date: 'today', productId: 'a', category: 'x', units: 1 });
    builder.add({ date: '2024-03-02', productId: 'a', category: 'x', units: Number.NaN });
    builder.add({ date: '2024-03-04', productId: 'a', category: 'x', units: 0 });
    expect(formatDataReport(builder.finish().report)).toBe(
      [
        '5 rows: 3 accepted, 2 left out',
        '1 series in 1 category, 2024-03-01 to 2024-03-04',
        '1,500 units (1,498 in the rows, +2 from days below zero)',
        '',
        'ERROR invalid-date: 1 row. The date is not understood, does not exist or is not within 1900 to 2199; the row was left out.',
        '        row 3 date: "today"',
        '',
        'ERROR invalid-units: 1 row. The units are missing, not a number or beyond 1e12; the row was left out.',
        '        row 4 units: NaN',
        '',
        'WARN  short-history: 4 days. The history is shorter than two weeks: forecasts from it are guesses.',
        '        day 2024-03-01: the first day',
        '',
        'WARN  negative-day: 1 day. Returns exceed sales; the day counts as zero units.',
        '        series a 2024-03-02: -2 units',
        '',
        'WARN  empty-day: 1 day. No series has a record: a closed day or a failed import.',
        '        day 2024-03-03: no series has a record',
        '',
        'INFO  gap: 1 day. No record between the first day of the series and the last day of the panel.',
        '        series a 2024-03-03: 1 day, counted as zero units',
      ].join('\n'),
    );
  });

  it('says when there are more examples than shown, and prints a clean report briefly', () => {
    const builder = new PanelBuilder({ maxExamples: 2 });
    for (let row = 0; row < 4; row++) builder.add({ date: '2024-03-01', productId: '', units: 1 });
    for (const productId of ['a', 'b']) {
      builder.add({ date: '2024-03-01', productId, category: 'x', units: 1 });
    }
    expect(formatDataReport(builder.finish().report)).toContain(
      [
        'ERROR invalid-productId: 4 rows. The product id is missing or not text of at most 400 characters, ' +
          'without U+0000, half a surrogate pair or a byte order mark; the row was left out.',
        '        row 1 productId: ""',
        '        row 2 productId: ""',
        '        and 2 more',
      ].join('\n'),
    );
    const clean = new PanelBuilder();
    for (let day = 19_783; day < 19_797; day++) {
      clean.addDaily({ day, productId: 'a', category: 'x', units: 1 });
    }
    expect(formatDataReport(clean.finish().report)).toBe(
      '14 rows: 14 accepted, 0 left out\n1 series in 1 category, 2024-03-01 to 2024-03-14\n14 units',
    );
  });
});
