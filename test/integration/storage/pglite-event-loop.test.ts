import { expect, it } from 'vitest';
import { PostgresStorage } from '../../../src/storage/postgres/index.js';
import { memoryDatabase } from '../../embedded-database.js';

it('gives timers a turn between the statements that read or write many rows', async () => {
  const database = await memoryDatabase();
  const storage = new PostgresStorage({ pglite: database, totals: 'manual' });
  await storage.migrate();
  const rows = Array.from({ length: 10_000 }, (_, i) => ({
    day: 19_000 + (i % 100),
    productId: `product-${Math.floor(i / 100)}`,
    category: 'Drinks',
    units: i,
  }));
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  try {
    await storage.write({ id: 'many', rows });
    const turnsOfWriting = turns;
    expect(turnsOfWriting).toBeGreaterThanOrEqual(4);
    let read = 0;
    for await (const chunk of storage.read()) read += chunk.length;
    expect(read).toBe(rows.length);
    expect(turns - turnsOfWriting).toBeGreaterThanOrEqual(10);
  } finally {
    clearInterval(timer);
    await storage.close();
    await database.close();
  }
});
