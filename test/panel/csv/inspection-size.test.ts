import { inspectSalesCsv } from 'commerce-forecast/csv';
import { describe, expect, it } from 'vitest';

const LINES = 60_000;

/** A file in pieces, with a count of those that were asked for. */
function file(line: (index: number) => string) {
  const counted = { pieces: 0 };
  const encoder = new TextEncoder();
  async function* pieces() {
    yield encoder.encode('Order date,Item,Qty,Price\n');
    for (let from = 0; from < LINES; from += 1000) {
      counted.pieces++;
      yield encoder.encode(Array.from({ length: 1000 }, (_, i) => `${line(from + i)}\n`).join(''));
    }
  }
  return { counted, pieces };
}

describe('the inspection of a large file', () => {
  it('reads its first lines only where they tell all', async () => {
    const { counted, pieces } = file((i) => `2025-01-${10 + (i % 20)},SKU-${i % 50},1,12.50`);
    const { lines, questions } = await inspectSalesCsv(pieces());
    expect(questions).toEqual([]);
    expect(lines).toBeLessThan(10_000);
    expect(counted.pieces).toBeLessThan(12);
  });

  it('reads on where a late line answers what is open, and no further', async () => {
    const { counted, pieces } = file((i) => `1/${i < 21_000 ? 1 + (i % 12) : 25}/2025,SKU-${i % 50},1,12.50`);
    const { mapping, questions } = await inspectSalesCsv(pieces());
    expect(questions).toEqual([]);
    expect(mapping.dateFormat).toBe('MDY');
    expect(counted.pieces).toBeLessThan(LINES / 1000);
  });

  it('finds the one price that determines the decimal mark', async () => {
    const { pieces } = file((i) => `2025-01-13,SKU-${i % 50},1,"${i === LINES - 1 ? '12,50' : '1,200'}"`);
    const { mapping, questions } = await inspectSalesCsv(pieces());
    expect(questions).toEqual([]);
    expect(mapping.decimal).toBe(',');
  });
});
