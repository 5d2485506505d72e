import type { DocumentStore } from '../storage/document-contract.js';
import { expectEqual, expectTrue, type NamedCheck, runChecks } from './named-checks.js';

export interface RegistryStateCheckOptions {
  /** Opens the same state again, as another process would. */
  readonly reopen?: (store: DocumentStore) => Promise<DocumentStore>;
}

/** Makes a new, empty store. */
export type MakeDocumentStore = () => Promise<DocumentStore>;

/**
 * Runs the rules of {@link DocumentStore} against an implementation, each on a new, empty store.
 *
 * ```ts
 * import { MemoryDocumentStore } from 'commerce-forecast';
 * import { checkDocumentStore } from 'commerce-forecast/testing';
 *
 * await checkDocumentStore(async () => new MemoryDocumentStore());
 * ```
 *
 * @throws AggregateError that lists every broken rule.
 */
export async function checkDocumentStore(
  makeStore: MakeDocumentStore,
  options: RegistryStateCheckOptions = {},
): Promise<void> {
  await runChecks('checkDocumentStore', documentStoreChecks(makeStore, options));
}

/** The same rules one by one, for a test framework. */
export function documentStoreChecks(
  makeStore: MakeDocumentStore,
  options: RegistryStateCheckOptions = {},
): readonly NamedCheck[] {
  const all: Record<string, Rule> = {
    ...rules,
    ...(options.reopen && {
      'another process sees what was written, and its writes count': reopenRule(options.reopen),
    }),
  };
  return Object.entries(all).map(([name, rule]) => ({ name, run: async () => rule(await makeStore()) }));
}

type Rule = (store: DocumentStore) => Promise<void>;

const NAMES = [
  'retail',
  'Retail',
  'a.b-c_d',
  'x'.repeat(100),
  "'; DROP TABLE models; --",
  'Bücher 書',
  '..',
  'a/b',
];

const DOCUMENT = {
  text: 'Bücher 書 🛒 "quoted" \\ \u0000 \u2028',
  numbers: [0.1, -1e-300, 2 ** 53, 1.7976931348623157e308],
  nothing: null,
  nested: { list: [{ on: true }, []], '': {} },
};

const rules: Record<string, Rule> = {
  'an unknown name has revision 0 and no document': async (store) => {
    const stored = await store.read('retail');
    expectEqual(stored.revision, 0, 'revision');
    expectTrue(stored.document === undefined, 'the document must be undefined');
    expectEqual(await store.names(), [], 'names');
  },

  'a document is read back as it was written': async (store) => {
    expectTrue(await store.compareAndSet('retail', 0, DOCUMENT), 'the first write must succeed');
    expectEqual(await store.read('retail'), { revision: 1, document: DOCUMENT }, 'the stored state');
  },

  'a large document is read back whole': async (store) => {
    const document = { lines: Array.from({ length: 20_000 }, (_, i) => `line ${i} of a large document`) };
    expectTrue(await store.compareAndSet('retail', 0, document), 'the write must succeed');
    expectEqual((await store.read('retail')).document, document, 'the document');
  },

  'a write needs the stored revision': async (store) => {
    expectTrue(!(await store.compareAndSet('retail', 1, 'a')), 'revision 1 of nothing must be refused');
    expectTrue(await store.compareAndSet('retail', 0, 'a'), 'revision 0 must be accepted');
    expectTrue(!(await store.compareAndSet('retail', 0, 'b')), 'an old revision must be refused');
    expectTrue(!(await store.compareAndSet('retail', 2, 'b')), 'a future revision must be refused');
    expectEqual(await store.read('retail'), { revision: 1, document: 'a' }, 'the stored state');
    expectTrue(await store.compareAndSet('retail', 1, 'b'), 'the stored revision must be accepted');
    expectEqual(await store.read('retail'), { revision: 2, document: 'b' }, 'the stored state');
  },

  'names are kept apart and listed in order of code units': async (store) => {
    for (const name of NAMES) {
      expectTrue(await store.compareAndSet(name, 0, { name }), `the first write of ${JSON.stringify(name)}`);
    }
    for (const name of NAMES) {
      expectEqual(
        await store.read(name),
        { revision: 1, document: { name } },
        `state of ${JSON.stringify(name)}`,
      );
    }
    expectEqual(await store.names(), [...NAMES].sort(), 'names');
  },

  'what is stored is not shared with callers': async (store) => {
    const document = { list: [1] };
    await store.compareAndSet('retail', 0, document);
    document.list.push(2);
    const { document: read } = await store.read('retail');
    (read as typeof document).list.push(3);
    expectEqual((await store.read('retail')).document, { list: [1] }, 'the stored document');
  },

  'of concurrent writers of one revision one wins': async (store) => {
    for (let revision = 0; revision < 5; revision++) {
      const writers = Array.from({ length: 8 }, (_, writer) => ({ writer, revision }));
      const won = await Promise.all(
        writers.map((document) => store.compareAndSet('retail', revision, document)),
      );
      expectEqual(won.filter(Boolean).length, 1, `winners of revision ${revision}`);
      const expected = { revision: revision + 1, document: writers[won.indexOf(true)] };
      expectEqual(await store.read('retail'), expected, 'the stored state');
    }
  },

  'no increment of concurrent writers is lost': async (store) => {
    const increment = async () => {
      for (;;) {
        const { revision, document } = await store.read('counter');
        const count = (document as { count: number } | undefined)?.count ?? 0;
        if (await store.compareAndSet('counter', revision, { count: count + 1 })) return;
      }
    };
    await Promise.all(Array.from({ length: 12 }, increment));
    expectEqual(await store.read('counter'), { revision: 12, document: { count: 12 } }, 'the stored state');
  },
};

function reopenRule(reopen: NonNullable<RegistryStateCheckOptions['reopen']>): Rule {
  return async (store) => {
    await store.compareAndSet('retail', 0, DOCUMENT);
    const other = await reopen(store);
    expectEqual(
      await other.read('retail'),
      { revision: 1, document: DOCUMENT },
      'the state in the other process',
    );
    const won = await Promise.all([
      store.compareAndSet('retail', 1, 'here'),
      other.compareAndSet('retail', 1, 'there'),
    ]);
    expectEqual(won.filter(Boolean).length, 1, 'winners');
    const expected = { revision: 2, document: won[0] ? 'here' : 'there' };
    expectEqual(await store.read('retail'), expected, 'the state in this process');
    expectEqual(await other.read('retail'), expected, 'the state in the other process');
  };
}
