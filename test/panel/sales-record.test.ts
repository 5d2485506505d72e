import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PanelBuilder } from '../../src/panel/panel-builder.js';
import type { SalesRecord } from '../../src/panel/sales-record.js';
import { salesRecordSchema } from '../../src/schemas.js';

const anything = fc.oneof(
  fc.constantFrom(
    undefined,
    null,
    '',
    'x',
    0,
    -1,
    1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1e12,
    1.1e12,
    true,
    false,
  ),
  fc.constantFrom({}, [], new Date(0), new Date(Number.NaN)),
);
const date = fc.oneof(
  fc.constantFrom(
    '2024-02-29',
    '2023-02-29',
    '2024-1-1',
    '1899-12-31',
    '1900-01-01',
    '2199-12-31',
    '2200-01-01',
  ),
  fc.constantFrom(
    '2024-03-01T10:00:00Z',
    '2024-03-01 10:00',
    '2024-03-01T25:00',
    '2024-03-01T10:00+14:00',
    ' ',
  ),
  fc.date({ noInvalidDate: false }),
);
/** Texts at the edges of the rule: length, NUL, half a surrogate pair, byte order mark. */
const edges = fc.constantFrom(
  'x'.repeat(400),
  'x'.repeat(401),
  'a\0b',
  '\ud83c',
  '\udf75a',
  '🍵',
  '\ufeffa',
  'a\ufeff',
);
const names = fc.oneof({ weight: 14, arbitrary: fc.string() }, { weight: 1, arbitrary: edges });
const mostly = (valid: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 9, arbitrary: valid }, { weight: 1, arbitrary: anything });
const record = fc.record(
  {
    date: mostly(date),
    productId: mostly(names),
    category: mostly(names),
    units: mostly(fc.double({ min: -1e12, max: 1e12, noNaN: true })),
    revenue: mostly(fc.integer()),
    price: mostly(fc.nat()),
    promo: mostly(fc.boolean()),
    inStock: mostly(fc.boolean()),
    location: mostly(names),
  },
  { requiredKeys: ['date', 'productId', 'units'] },
);

describe('the check of bulk ingest', () => {
  it('comes to the same verdict as salesRecordSchema and names a column that the schema objects to', () => {
    const verdicts = { accepted: 0, rejected: 0 };
    fc.assert(
      fc.property(fc.oneof({ weight: 9, arbitrary: record }, anything), (value) => {
        const builder = new PanelBuilder();
        const accepted = builder.add(value as SalesRecord);
        const parsed = salesRecordSchema.safeParse(value);
        expect(accepted).toBe(parsed.success);
        verdicts[accepted ? 'accepted' : 'rejected']++;
        if (parsed.success) return;
        const reason = rejectionOf(builder);
        const columns = parsed.error.issues.map(({ path }) => String(path[0] ?? 'record'));
        expect(columns.map((column) => `invalid-${column}`)).toContain(reason);
      }),
      { seed: 20240303, numRuns: 4000 },
    );
    expect(Math.min(verdicts.accepted, verdicts.rejected)).toBeGreaterThan(500);
  });
});

/** The reason for which the only record of a builder was left out. */
function rejectionOf(builder: PanelBuilder): string {
  builder.add({ date: '2024-03-01', productId: 'valid', units: 1 });
  const reasons = Object.keys(builder.finish().report.rejectedBy);
  expect(reasons).toHaveLength(1);
  return reasons[0];
}
