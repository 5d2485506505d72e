import type { SalesStorage } from '../storage/contract.js';
import { expectRows, MONDAY, sale } from './few-sales.js';
import { manyRows, totalsOf } from './many-sales.js';
import { expectEqual, expectRejection } from './named-checks.js';

const stream = "topic 'ü'/0";

/** Rules about positions of streams, for storages that keep them. */
export const positionChecks: Record<string, (storage: SalesStorage) => Promise<void>> = {
  'the position of a stream is stored with the rows, and with none': async (storage) => {
    if (!storage.streamPosition) return;
    expectEqual(await storage.streamPosition(stream), undefined, 'position at first');
    await storage.write({ rows: [sale()], position: { stream, from: undefined, to: '7' } });
    expectEqual(await storage.streamPosition(stream), '7', 'position after rows');
    await storage.write({ rows: [], position: { stream, from: '7', to: '9' } });
    expectEqual(await storage.streamPosition(stream), '9', 'position after a delivery without rows');
    expectEqual(await storage.streamPosition('other'), undefined, 'position of another stream');
    await expectRows(storage, {}, [sale()], 'rows');
  },

  'a delivery that does not begin where its stream is writes nothing': async (storage) => {
    if (!storage.streamPosition) return;
    const rows = [sale()];
    const ahead = storage.write({ id: 'a', rows, position: { stream, from: '3', to: '4' } });
    await expectRejection(ahead, 'conflict', 'ahead of the stream');
    await storage.write({ rows, position: { stream, from: undefined, to: '5' } });
    for (const from of [undefined, '3', '05']) {
      const behind = storage.write({ id: 'a', rows, position: { stream, from, to: '6' } });
      await expectRejection(behind, 'conflict', `from ${from}`);
    }
    expectEqual(await storage.streamPosition(stream), '5', 'position');
    await expectRows(storage, {}, rows, 'rows');
    await storage.write({ id: 'a', rows, position: { stream, from: '5', to: '6' } });
    await expectRows(storage, {}, [sale({ units: 4 })], 'rows after the id was written at last');
    await storage.write({ id: 'a', rows, position: { stream, from: '6', to: '7' } });
    expectEqual(
      await storage.streamPosition(stream),
      '7',
      'position after a delivery that was written before',
    );
    await expectRows(storage, {}, [sale({ units: 4 })], 'rows after a delivery that was written before');
  },

  'a delivery that fails leaves its stream where it is': async (storage) => {
    if (!storage.streamPosition) return;
    const wrong = [sale(), sale({ units: Number.NaN })];
    const position = { stream, from: undefined, to: '2' };
    await expectRejection(storage.write({ rows: wrong, position }), 'invalid-data', 'a wrong row');
    for (const one of [
      { ...position, stream: '' },
      { ...position, to: 'a\u0000' },
    ]) {
      await expectRejection(
        storage.write({ rows: [sale()], position: one }),
        'invalid-data',
        'a wrong position',
      );
    }
    expectEqual(await storage.streamPosition(stream), undefined, 'position');
    await expectRows(storage, {}, [], 'rows');
    await storage.write({ rows: [sale()], position });
    await storage.delete({ from: MONDAY });
    expectEqual(await storage.streamPosition(stream), '2', 'position after the rows were removed');
  },

  'of deliveries that begin at one position at once, one is written': async (storage) => {
    if (!storage.streamPosition) return;
    const rows = manyRows(1).slice(0, 300);
    const chunks = async function* () {
      for (let start = 0; start < rows.length; start += 100) yield rows.slice(start, start + 100);
    };
    for (const [from, to] of [
      [undefined, '1'],
      ['1', '2'],
    ] as const) {
      const writers = [0, 1, 2].map((writer) =>
        storage.write({ rows: writer === 0 ? rows : chunks(), position: { stream, from, to } }).then(
          () => 'written',
          (error: { code?: string }) => error.code,
        ),
      );
      expectEqual((await Promise.all(writers)).sort(), ['conflict', 'conflict', 'written'], `from ${from}`);
    }
    expectEqual(await totalsOf(storage), { rows: 300, units: 600 }, 'totals');
  },
};
