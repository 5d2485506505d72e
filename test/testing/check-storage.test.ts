import { describe, expect, it } from 'vitest';
import type { SalesColumns } from '../../src/panel/sales-columns.js';
import type { ArtifactVersion } from '../../src/storage/artifact-contract.js';
import type { DailySale, SalesBatch, SalesQuery, WriteResult } from '../../src/storage/contract.js';
import { MemoryArtifactStore } from '../../src/storage/memory/memory-artifact-store.js';
import { MemorySalesStorage } from '../../src/storage/memory/memory-sales-storage.js';
import { salesOf } from '../../src/storage/sales-columns.js';
import { artifactStoreChecks, checkArtifactStore } from '../../src/testing/check-artifact-store.js';
import { salesStorageChecks } from '../../src/testing/check-sales-storage.js';
import { failureOf } from './failure-of.js';

class ForgetsBatchIds extends MemorySalesStorage {
  override write(batch: SalesBatch): Promise<WriteResult> {
    return super.write({ ...batch, id: undefined });
  }
}

class IgnoresMode extends MemorySalesStorage {
  override write(batch: SalesBatch, options = {}): Promise<WriteResult> {
    return super.write({ ...batch, mode: 'add' }, options);
  }
}

class IgnoresQuery extends MemorySalesStorage {
  override read(query: SalesQuery = {}) {
    return super.read({ signal: query.signal });
  }
}

class IgnoresAbort extends MemorySalesStorage {
  override write(batch: SalesBatch): Promise<WriteResult> {
    return super.write(batch);
  }
}

async function allRows({ rows }: SalesBatch): Promise<DailySale[]> {
  const all: DailySale[] = [];
  for await (const chunk of Symbol.asyncIterator in rows ? rows : [rows]) all.push(...chunk);
  return all;
}

class TearsBatches extends MemorySalesStorage {
  override async write(batch: SalesBatch, options = {}): Promise<WriteResult> {
    const { id, mode } = batch;
    const rows = await allRows(batch);
    const half = Math.ceil(rows.length / 2);
    const first = await super.write({ id, mode, rows: rows.slice(0, half) }, options);
    if (first.alreadyWritten) return first;
    await new Promise((resolve) => setTimeout(resolve, 5));
    const second = await super.write({ mode, rows: rows.slice(half) }, options);
    return { written: first.written + second.written, alreadyWritten: false };
  }
}

/** As ingest once did: each chunk is a batch of its own. */
class WritesChunks extends MemorySalesStorage {
  override async write({ id, mode, rows }: SalesBatch, options = {}): Promise<WriteResult> {
    if (!(Symbol.asyncIterator in rows)) return super.write({ id, mode, rows }, options);
    let written = 0;
    let chunks = 0;
    for await (const chunk of rows) {
      const part = id === undefined ? undefined : `${id}#${chunks++}`;
      written += (await super.write({ id: part, mode, rows: chunk }, options)).written;
    }
    return { written, alreadyWritten: false };
  }
}

class IgnoresTheBody extends MemorySalesStorage {
  readonly #ids = new Set<string>();
  override async write(batch: SalesBatch, options = {}): Promise<WriteResult> {
    const { id, ...rest } = batch;
    if (id !== undefined && this.#ids.has(id)) return { written: 0, alreadyWritten: true };
    const result = await super.write(rest, options);
    if (id !== undefined && result.written > 0) this.#ids.add(id);
    return result;
  }
}

class ForgetsStockOuts extends MemorySalesStorage {
  override async write(batch: SalesBatch, options = {}): Promise<WriteResult> {
    const rows = await allRows(batch);
    const last = new Map(rows.map((row) => [`${row.productId} ${row.day}`, row.inStock]));
    const changed = rows.map((row) => ({ ...row, inStock: last.get(`${row.productId} ${row.day}`) }));
    return super.write({ ...batch, rows: changed }, options);
  }
}

class ReadsInWrongOrder extends MemorySalesStorage {
  override async *read(query: SalesQuery = {}) {
    for await (const chunk of super.read(query)) yield [...chunk].reverse();
  }
}

class MixesUpColumns extends MemorySalesStorage {
  override async *readColumns(query: SalesQuery = {}) {
    for await (const columns of super.readColumns(query)) {
      yield { ...columns, revenue: columns.price, price: columns.revenue };
    }
  }
  // Rows that do not come from the columns.
  override async *read(query: SalesQuery = {}) {
    for await (const columns of super.readColumns(query)) yield salesOf(columns);
  }
}

class ReadsColumnsOfLaterStates extends MemorySalesStorage {
  #writing: Promise<unknown> = Promise.resolve();

  override write(batch: SalesBatch, options = {}): Promise<WriteResult> {
    const writing = super.write(batch, options);
    this.#writing = writing;
    return writing;
  }

  override async *readColumns(query: SalesQuery = {}) {
    const chunks = async () => {
      await this.#writing;
      const all: SalesColumns[] = [];
      for await (const columns of super.readColumns(query)) all.push(columns);
      return all;
    };
    for (let i = 0; i < (await chunks()).length; i++) yield (await chunks())[i];
  }
}

describe('checkSalesStorage', () => {
  it.each([
    [ForgetsBatchIds, 'a batch of an id is written once'],
    [IgnoresMode, 'sales of the same key are added, or replaced on request'],
    [IgnoresQuery, 'queries choose days, categories and products'],
    [IgnoresAbort, 'an aborted write leaves nothing behind'],
    [TearsBatches, 'a batch with a wrong row is refused whole and may be sent again'],
    [TearsBatches, 'readers see a batch whole or not at all'],
    [WritesChunks, 'a delivery whose stream fails stores nothing'],
    [WritesChunks, 'readers see nothing of a delivery in chunks before its end'],
    [IgnoresTheBody, 'an id with another body is refused'],
    [ForgetsStockOuts, 'sales of the same key are added, or replaced on request'],
    [MixesUpColumns, 'rows come back as they were written'],
    [ReadsColumnsOfLaterStates, 'a reader of columns sees one state as well, and stops when it is aborted'],
    [ReadsInWrongOrder, 'rows are ordered by product, location and day'],
  ])('finds what is wrong with %o: %s', async (Wrong, rule) => {
    expect(
      await failureOf(
        salesStorageChecks(async () => new Wrong()),
        rule,
      ),
    ).toBeDefined();
  });
});

class CountsByTwo extends MemoryArtifactStore {
  override async put(name: string, content: Uint8Array, options = {}): Promise<ArtifactVersion> {
    await super.put(name, new Uint8Array([...content, 0]), options);
    return super.put(name, content, options);
  }
}

class AcceptsWrongNames extends MemoryArtifactStore {
  override async put(name: string, content: Uint8Array, options = {}): Promise<ArtifactVersion> {
    return super.put(name.replaceAll(/[^a-z/-]/gi, '_') || '_', content, options);
  }
}

class DeletesNothing extends MemoryArtifactStore {
  override async delete(): Promise<void> {}
}

describe('checkArtifactStore', () => {
  it.each([
    [CountsByTwo, 'only a new content makes a new version'],
    [AcceptsWrongNames, 'wrong names and versions are refused'],
    [DeletesNothing, 'a deleted version is gone and its number is not given again'],
  ])('finds what is wrong with %o: %s', async (Wrong, rule) => {
    expect(
      await failureOf(
        artifactStoreChecks(async () => new Wrong()),
        rule,
      ),
    ).toBeDefined();
  });

  it('finds a store that returns damaged contents', async () => {
    const damage = async () => undefined;
    await expect(checkArtifactStore(async () => new MemoryArtifactStore(), { damage })).rejects.toThrow(
      'a damaged content is never returned',
    );
  });
});
