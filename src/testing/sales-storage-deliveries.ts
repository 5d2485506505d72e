import type { DailySale, SalesStorage } from '../storage/contract.js';
import { MANY, manyRows, totalsOf } from './many-sales.js';
import { expectEqual, expectRejection, expectTrue } from './named-checks.js';

const CHUNK = 4_000;
const NOTHING = { rows: 0, units: 0 };

/** Rows in chunks; `between` is awaited before each chunk, with its number. */
async function* inChunks(
  rows: readonly DailySale[],
  between: (chunk: number) => Promise<void> | void = () => undefined,
  size = CHUNK,
): AsyncGenerator<readonly DailySale[]> {
  for (let start = 0; start < rows.length; start += size) {
    await between(start / size);
    yield rows.slice(start, start + size);
  }
}

/** Rules about deliveries that arrive in chunks, and about their ids. */
export const deliveryChecks: Record<string, (storage: SalesStorage) => Promise<void>> = {
  'a delivery in chunks is stored as one batch': async (storage) => {
    const once = manyRows(1);
    const twice = [...once, ...once];
    const result = await storage.write({ id: 'chunks', rows: inChunks(twice) });
    expectEqual(result, { written: MANY, alreadyWritten: false }, 'result');
    expectEqual(await totalsOf(storage), { rows: MANY, units: 2 * MANY }, 'totals');
    await storage.write({ rows: inChunks(once) });
    expectEqual(await totalsOf(storage), { rows: MANY, units: 3 * MANY }, 'totals after more was added');
    await storage.write({ mode: 'replace', rows: inChunks(twice) });
    expectEqual(
      await totalsOf(storage),
      { rows: MANY, units: 2 * MANY },
      'replaced by the sums of a delivery',
    );
  },

  'readers see nothing of a delivery in chunks before its end': async (storage) => {
    const rows = inChunks(manyRows(1), async () => {
      expectEqual(await totalsOf(storage), NOTHING, 'totals while chunks arrive');
    });
    await storage.write({ rows });
    expectEqual(await totalsOf(storage), { rows: MANY, units: MANY }, 'totals at the end');
  },

  'a delivery whose stream fails stores nothing': async (storage) => {
    const failure = new Error('The line was cut');
    const failing = inChunks(manyRows(1), (chunk) => {
      if (chunk === 4) throw failure;
    });
    const thrown = await storage.write({ id: 'cut', rows: failing }).catch((error: unknown) => error);
    expectTrue(thrown === failure, 'The error of the stream must come through as it is');
    expectEqual(await totalsOf(storage), NOTHING, 'totals after the failure');
    const corrected = await storage.write({ id: 'cut', rows: inChunks(manyRows(2)) });
    expectEqual(corrected, { written: MANY, alreadyWritten: false }, 'another body under the id that failed');
  },

  'a wrong row in a later chunk is named by its place in the delivery': async (storage) => {
    const rows = manyRows(1);
    rows[3 * CHUNK + 17] = { ...rows[0], units: Number.NaN };
    const writing = storage.write({ id: 'wrong', rows: inChunks(rows) });
    await expectRejection(writing, 'invalid-data', 'a wrong row in the fourth chunk');
    const { path } = (await writing.catch((error: unknown) => error)) as { path: unknown };
    expectEqual(path, [3 * CHUNK + 17, 'units'], 'path');
    expectEqual(await totalsOf(storage), NOTHING, 'totals after the refusal');
  },

  'a delivery in chunks that is aborted stores nothing': async (storage) => {
    const controller = new AbortController();
    const rows = inChunks(manyRows(1), (chunk) => {
      if (chunk === 4) controller.abort();
    });
    const writing = storage.write({ id: 'aborted', rows }, { signal: controller.signal });
    await expectRejection(writing, 'aborted', 'aborted between chunks');
    const waiting = new AbortController();
    const silent = inChunks(manyRows(1), async (chunk) => {
      if (chunk !== 3) return;
      setTimeout(() => waiting.abort(), 5);
      // A storage that ignores the abort gets the rest later, and fails by having written it.
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    });
    const hanging = storage.write({ id: 'silent', rows: silent }, { signal: waiting.signal });
    await expectRejection(hanging, 'aborted', 'aborted while the stream is silent');
    expectEqual(await totalsOf(storage), NOTHING, 'totals after the aborts');
  },

  'an id with another body is refused': async (storage) => {
    const rows = manyRows(1).slice(0, 3_000);
    await storage.write({ id: 'one', rows });
    const again = await storage.write({ id: 'one', rows: inChunks(rows, undefined, 700) });
    expectEqual(again, { written: 0, alreadyWritten: true }, 'the same rows in other chunks');
    const corrected = rows.map((row, i) => (i === 2_999 ? { ...row, units: 2 } : row));
    const longer = [...rows, { ...rows[0], productId: 'late' }];
    for (const [what, other] of Object.entries({ corrected, longer, shorter: rows.slice(1), none: [] })) {
      await expectRejection(storage.write({ id: 'one', rows: other }), 'key-reused', `${what} rows`);
      await expectRejection(
        storage.write({ id: 'one', rows: inChunks(other) }),
        'key-reused',
        `${what} chunks`,
      );
    }
    await expectRejection(storage.write({ id: 'one', mode: 'replace', rows }), 'key-reused', 'another mode');
    expectEqual(await totalsOf(storage), { rows: 3_000, units: 3_000 }, 'totals');
  },

  'a delivery without rows takes no id': async (storage) => {
    expectEqual(
      await storage.write({ id: 'empty', rows: [] }),
      { written: 0, alreadyWritten: false },
      'empty',
    );
    const rows = manyRows(1).slice(0, 1);
    expectEqual(
      await storage.write({ id: 'empty', rows }),
      { written: 1, alreadyWritten: false },
      'then a row',
    );
  },

  'deliveries in chunks at once lose and double nothing': async (storage) => {
    const rows = manyRows(1).slice(0, 3 * CHUNK);
    const backwards = [...rows].reverse();
    const same = () => storage.write({ id: 'same', rows: inChunks(rows) });
    const other = () => storage.write({ rows: inChunks(backwards) });
    const results = await Promise.all([same(), other(), same(), other(), same()]);
    expectEqual(results.filter(({ alreadyWritten }) => alreadyWritten).length, 2, 'repeated deliveries');
    expectEqual(await totalsOf(storage), { rows: rows.length, units: 3 * rows.length }, 'totals');
  },
};
