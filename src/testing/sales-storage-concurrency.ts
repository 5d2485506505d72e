import { yieldToEventLoop } from '../long-call.js';
import type { SalesStorage } from '../storage/contract.js';
import { MANY, manyRows, totalsOf } from './many-sales.js';
import { expectEqual, expectRejection, expectTrue } from './named-checks.js';

/** Rules about large batches, concurrent callers and aborted calls. */
export const concurrencyChecks: Record<string, (storage: SalesStorage) => Promise<void>> = {
  'a large batch is read in chunks': async (storage) => {
    expectEqual((await storage.write({ rows: manyRows(1) })).written, MANY, 'written');
    let largest = 0;
    for await (const chunk of storage.read()) largest = Math.max(largest, chunk.length);
    expectTrue(largest > 0 && largest < MANY, `The largest chunk has ${largest} of ${MANY} rows`);
    expectEqual(await totalsOf(storage), { rows: MANY, units: MANY }, 'totals');
  },

  'writers of the same rows at once lose and double nothing': async (storage) => {
    const rows = manyRows(1).slice(0, 2_000);
    const backwards = [...rows].reverse();
    await Promise.all(
      Array.from({ length: 10 }, (_, writer) => storage.write({ rows: writer % 2 === 0 ? rows : backwards })),
    );
    expectEqual(await totalsOf(storage), { rows: 2_000, units: 20_000 }, 'totals of ten writers');
  },

  'a batch id that is written twice at once counts once': async (storage) => {
    const rows = manyRows(1).slice(0, 1_000);
    const results = await Promise.all(Array.from({ length: 6 }, () => storage.write({ id: 'same', rows })));
    expectEqual(results.filter((result) => !result.alreadyWritten).length, 1, 'writers that wrote');
    expectEqual(await totalsOf(storage), { rows: 1_000, units: 1_000 }, 'totals');
  },

  'a reader sees one state while others write and remove': async (storage) => {
    await storage.write({ rows: manyRows(1) });
    let rows = 0;
    let units = 0;
    let disturbed: Promise<unknown> | undefined;
    for await (const chunk of storage.read()) {
      disturbed ??= storage.write({ mode: 'replace', rows: manyRows(2) });
      // The write may have to wait for this reader, but not this reader for the write.
      await Promise.race([disturbed, new Promise((resolve) => setTimeout(resolve, 200))]);
      rows += chunk.length;
      for (const row of chunk) units += row.units;
    }
    expectEqual({ rows, units }, { rows: MANY, units: MANY }, 'totals that the reader saw');
    await disturbed;
    expectEqual(await totalsOf(storage), { rows: MANY, units: 2 * MANY }, 'totals of a new reader');
  },

  'a reader of columns sees one state as well, and stops when it is aborted': async (storage) => {
    if (!storage.readColumns) return;
    await storage.write({ rows: manyRows(1) });
    let [rows, units, largest] = [0, 0, 0];
    let disturbed: Promise<unknown> | undefined;
    for await (const columns of storage.readColumns()) {
      disturbed ??= storage.write({ mode: 'replace', rows: manyRows(2) });
      await Promise.race([disturbed, new Promise((resolve) => setTimeout(resolve, 200))]);
      rows += columns.length;
      largest = Math.max(largest, columns.length);
      for (const value of columns.units) units += value;
    }
    expectEqual({ rows, units }, { rows: MANY, units: MANY }, 'totals that the reader saw');
    expectTrue(largest < MANY, `The columns of ${MANY} rows come at once`);
    await disturbed;
    const controller = new AbortController();
    const reading = (async (columns: AsyncIterable<{ readonly length: number }>) => {
      for await (const { length } of columns) if (length > 0) controller.abort();
    })(storage.readColumns({ signal: controller.signal }));
    await expectRejection(reading, 'aborted', 'aborted after the first columns');
    expectEqual(await totalsOf(storage), { rows: MANY, units: 2 * MANY }, 'totals of a new reader');
  },

  'readers see a batch whole or not at all': async (storage) => {
    let writing = true;
    const writer = (async () => {
      for (let batch = 1; batch <= 5; batch++) await storage.write({ rows: manyRows(1).slice(0, 5_000) });
    })().finally(() => {
      writing = false;
    });
    while (writing) {
      const { rows, units } = await totalsOf(storage);
      expectTrue(rows === 0 || rows === 5_000, `A reader saw ${rows} of 5000 rows`);
      expectTrue(units % 5_000 === 0, `A reader saw ${units} units, which is no whole number of batches`);
      await yieldToEventLoop();
    }
    await writer;
    expectEqual(await totalsOf(storage), { rows: 5_000, units: 25_000 }, 'totals');
  },

  'an aborted write leaves nothing behind': async (storage) => {
    const batch = { id: 'aborted', rows: manyRows(1) };
    await expectRejection(storage.write(batch, { signal: AbortSignal.abort() }), 'aborted', 'aborted before');
    const controller = new AbortController();
    const write = storage.write(batch, { signal: controller.signal });
    setTimeout(() => controller.abort(), 20);
    const finished = await write.then(
      () => true,
      () => false,
    );
    if (!finished) {
      await expectRejection(write, 'aborted', 'aborted in the middle');
      expectEqual(await totalsOf(storage), { rows: 0, units: 0 }, 'totals after the abort');
    }
    expectEqual((await storage.write(batch)).alreadyWritten, finished, 'the batch sent again');
    expectEqual(
      await totalsOf(storage),
      { rows: MANY, units: MANY },
      'totals after the batch was sent again',
    );
  },

  'an aborted read stops': async (storage) => {
    await storage.write({ rows: manyRows(1) });
    const readTo = async (signal: AbortSignal, onChunk: () => void) => {
      for await (const chunk of storage.read({ signal })) if (chunk.length > 0) onChunk();
    };
    const ignore = () => undefined;
    await expectRejection(readTo(AbortSignal.abort(), ignore), 'aborted', 'aborted before');
    const controller = new AbortController();
    const reading = readTo(controller.signal, () => controller.abort());
    await expectRejection(reading, 'aborted', 'aborted after the first chunk');
    expectEqual((await totalsOf(storage)).rows, MANY, 'rows of the next reader');
  },

  // A leak causes an error once the pool of the storage, of at most 20 connections, is exhausted.
  'readers that stop early hold nothing': async (storage) => {
    await storage.write({ rows: manyRows(1).slice(0, 12_000) });
    for (let reader = 0; reader < 30; reader++) {
      for await (const chunk of storage.read()) if (chunk.length > 0) break;
    }
    expectEqual((await storage.write({ rows: manyRows(1).slice(0, 1) })).written, 1, 'written after them');
  },
};
