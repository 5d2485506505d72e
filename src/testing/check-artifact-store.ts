import { yieldToEventLoop } from '../long-call.js';
import type { ArtifactStore, ArtifactVersion } from '../storage/artifact-contract.js';
import { expectEqual, expectRejection, expectTrue, type NamedCheck, runChecks } from './named-checks.js';

export interface ArtifactStoreCheckOptions {
  /** Opens the artifacts of a store again, as another process would. */
  readonly reopen?: (store: ArtifactStore) => Promise<ArtifactStore>;
  /** Changes one byte of the stored content of a version, bypassing the store. */
  readonly damage?: (store: ArtifactStore, artifact: ArtifactVersion) => Promise<void>;
}

/** Makes a new, empty store. */
export type MakeArtifactStore = () => Promise<ArtifactStore>;

/**
 * Runs the rules of {@link ArtifactStore} against an implementation, each on a new, empty store.
 *
 * ```ts
 * import { MemoryArtifactStore } from 'commerce-forecast';
 * import { checkArtifactStore } from 'commerce-forecast/testing';
 *
 * await checkArtifactStore(async () => new MemoryArtifactStore());
 * ```
 *
 * @throws AggregateError that lists every broken rule.
 */
export async function checkArtifactStore(
  makeStore: MakeArtifactStore,
  options: ArtifactStoreCheckOptions = {},
): Promise<void> {
  await runChecks('checkArtifactStore', artifactStoreChecks(makeStore, options));
}

/** The same rules one by one, for a test framework. */
export function artifactStoreChecks(
  makeStore: MakeArtifactStore,
  options: ArtifactStoreCheckOptions = {},
): readonly NamedCheck[] {
  const rules: Record<string, (store: ArtifactStore) => Promise<void>> = {
    ...versionRules,
    ...concurrencyRules,
    ...(options.reopen && { 'another process sees what was stored': reopenRule(options.reopen) }),
    ...(options.damage && { 'a damaged content is never returned': damageRule(options.damage) }),
  };
  return Object.entries(rules).map(([name, rule]) => ({ name, run: async () => rule(await makeStore()) }));
}

const WRONG_NAMES = [
  '',
  '/',
  '/a',
  'a/',
  'a//b',
  '.',
  '..',
  '../a',
  'a/../b',
  'a/./b',
  'a b',
  'a\\b',
  'a\u0000b',
  'ä',
  '@',
  'a/@/1',
  'a\n',
  'a%2fb',
  'a'.repeat(10_000),
];

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function textOf(content: Uint8Array): string {
  return new TextDecoder().decode(content);
}

async function textIn(store: ArtifactStore, name: string, version?: number): Promise<string> {
  return textOf((await store.get(name, version)).content);
}

async function versionNumbers(store: ArtifactStore, name: string): Promise<number[]> {
  return (await store.versions(name)).map((artifact) => artifact.version);
}

const versionRules: Record<string, (store: ArtifactStore) => Promise<void>> = {
  'an unknown artifact is not found': async (store) => {
    await expectRejection(store.get('missing'), 'not-found', 'get');
    await expectRejection(store.get('missing', 3), 'not-found', 'get a version');
    expectEqual(await store.versions('missing'), [], 'versions');
    expectEqual(await store.names(), [], 'names');
    await store.delete('missing', 1);
  },

  'a content comes back with its checksum': async (store) => {
    // SHA-256 of "abc": FIPS 180-2, appendix B.1.
    const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    const { name, version, size, ...rest } = await store.put('a/b.json', bytesOf('abc'));
    expectEqual(
      { name, version, size, ...rest },
      { name: 'a/b.json', version: 1, size: 3, sha256 },
      'artifact',
    );
    const found = await store.get('a/b.json');
    expectEqual(textOf(found.content), 'abc', 'content');
    expectEqual([found.artifact.version, found.artifact.sha256], [1, sha256], 'artifact that was read');
    await expectRejection(store.get('a/b.json', 2), 'not-found', 'the version after the last');
  },

  'only a new content makes a new version': async (store) => {
    const contents = ['one', 'one', 'two', 'two', 'one'];
    const given: number[] = [];
    for (const content of contents) given.push((await store.put('a', bytesOf(content))).version);
    expectEqual(given, [1, 1, 2, 2, 3], 'versions');
    expectEqual(await versionNumbers(store, 'a'), [1, 2, 3], 'versions that are listed');
    const read = [await textIn(store, 'a', 1), await textIn(store, 'a', 2), await textIn(store, 'a')];
    expectEqual(read, ['one', 'two', 'one'], 'contents');
  },

  'more than ten versions are counted as numbers': async (store) => {
    for (let version = 1; version <= 12; version++) await store.put('a', bytesOf(`content ${version}`));
    expectEqual(await versionNumbers(store, 'a'), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], 'versions');
    expectEqual(await textIn(store, 'a'), 'content 12', 'newest content');
  },

  'empty and large contents are kept to the byte': async (store) => {
    expectEqual((await store.put('empty', new Uint8Array())).size, 0, 'size of nothing');
    expectEqual((await store.get('empty')).content.length, 0, 'content of nothing');
    const large = new Uint8Array(8 * 1024 * 1024 + 1);
    for (let i = 0; i < large.length; i++) large[i] = (i * 31 + (i >> 8)) & 255;
    expectEqual((await store.put('large', large)).size, large.length, 'size');
    const { content } = await store.get('large');
    expectTrue(
      content.length === large.length && content.every((byte, i) => byte === large[i]),
      'The bytes differ',
    );
  },

  'the bytes of the caller and of the store are apart': async (store) => {
    const content = bytesOf('abc');
    const put = store.put('a', content);
    content[0] = 120;
    await put;
    const first = await store.get('a');
    expectEqual(textOf(first.content), 'abc', 'content after the caller changed the input');
    first.content[0] = 120;
    expectEqual(await textIn(store, 'a'), 'abc', 'content after the caller changed the output');
  },

  'names are found by prefix and in order': async (store) => {
    const names = ['b', 'a/b', 'a', 'a-b', 'A', 'a/b/c', 'a.b', '_', '-'];
    for (const name of names) await store.put(name, bytesOf(name));
    expectEqual(await store.names(), ['-', 'A', '_', 'a', 'a-b', 'a.b', 'a/b', 'a/b/c', 'b'], 'all');
    expectEqual(await store.names('a/'), ['a/b', 'a/b/c'], 'a folder');
    expectEqual(await store.names('a'), ['a', 'a-b', 'a.b', 'a/b', 'a/b/c'], 'part of a segment');
    expectEqual(await store.names('none'), [], 'an unknown prefix');
    expectEqual(await store.names('a/@/'), [], 'a prefix that is no name');
    expectEqual(await store.names('../'), [], 'a prefix that leaves the store');
    for (const name of names) expectEqual(await textIn(store, name), name, `content of ${name}`);
  },

  'wrong names and versions are refused': async (store) => {
    for (const name of WRONG_NAMES) {
      const shown = JSON.stringify(name).slice(0, 40);
      await expectRejection(store.put(name, bytesOf('x')), 'invalid-option', `put ${shown}`);
      await expectRejection(store.get(name), 'invalid-option', `get ${shown}`);
      await expectRejection(store.versions(name), 'invalid-option', `versions ${shown}`);
      await expectRejection(store.delete(name, 1), 'invalid-option', `delete ${shown}`);
    }
    for (const version of [0, -1, 1.5, Number.NaN]) {
      await expectRejection(store.get('a', version), 'invalid-option', `version ${version}`);
    }
    expectEqual(await store.names(), [], 'names');
  },

  'a deleted version is gone and its number is not given again': async (store) => {
    for (const content of ['one', 'two', 'three']) await store.put('a', bytesOf(content));
    await store.delete('a', 3);
    await store.delete('a', 3);
    await expectRejection(store.get('a', 3), 'not-found', 'the deleted version');
    expectEqual(await textIn(store, 'a'), 'two', 'the newest that is left');
    expectEqual((await store.put('a', bytesOf('two'))).version, 2, 'equal to the newest that is left');
    expectEqual((await store.put('a', bytesOf('three'))).version, 4, 'the next number');
    await store.delete('a', 1);
    expectEqual(await versionNumbers(store, 'a'), [2, 4], 'versions');
    await store.delete('a', 2);
    await store.delete('a', 4);
    expectEqual(await store.names(), [], 'names without a version');
    await expectRejection(store.get('a'), 'not-found', 'the newest of none');
    expectEqual((await store.put('a', bytesOf('one'))).version, 5, 'the number after all were deleted');
  },
};

const concurrencyRules: Record<string, (store: ArtifactStore) => Promise<void>> = {
  'writers at once get versions of their own': async (store) => {
    const contents = Array.from({ length: 8 }, (_, writer) => `content of writer ${writer}`);
    const stored = await Promise.all(contents.map((content) => store.put('a', bytesOf(content))));
    const numbers = stored.map((artifact) => artifact.version).sort((a, b) => a - b);
    expectEqual(numbers, [1, 2, 3, 4, 5, 6, 7, 8], 'versions');
    for (const [writer, artifact] of stored.entries()) {
      expectEqual(
        await textIn(store, 'a', artifact.version),
        contents[writer],
        `content of writer ${writer}`,
      );
    }
  },

  'writers of the same content at once all find it': async (store) => {
    const stored = await Promise.all(Array.from({ length: 6 }, () => store.put('a', bytesOf('same'))));
    for (const { version } of stored)
      expectEqual(await textIn(store, 'a', version), 'same', `version ${version}`);
  },

  'readers see whole contents while others write': async (store) => {
    const contents = Array.from({ length: 5 }, (_, i) => String(i).repeat(300_000));
    await store.put('a', bytesOf(contents[0]));
    let writing = true;
    const writer = (async () => {
      for (const content of contents) await store.put('a', bytesOf(content));
    })().finally(() => {
      writing = false;
    });
    while (writing) {
      const text = await textIn(store, 'a');
      expectTrue(contents.includes(text), `A reader saw ${text.length} characters that nobody wrote`);
      await yieldToEventLoop();
    }
    await writer;
  },

  'an aborted call does nothing': async (store) => {
    const signal = AbortSignal.abort();
    await expectRejection(store.put('a', bytesOf('x'), { signal }), 'aborted', 'put');
    expectEqual(await store.names(), [], 'names after the aborted put');
    await store.put('a', bytesOf('x'));
    await expectRejection(store.get('a', undefined, { signal }), 'aborted', 'get');
  },
};

function reopenRule(reopen: NonNullable<ArtifactStoreCheckOptions['reopen']>) {
  return async (store: ArtifactStore): Promise<void> => {
    await store.put('a', bytesOf('one'));
    const other = await reopen(store);
    expectEqual(await textIn(other, 'a'), 'one', 'content in the other process');
    const both = await Promise.all([store.put('a', bytesOf('two')), other.put('a', bytesOf('three'))]);
    expectEqual(both.map((artifact) => artifact.version).sort(), [2, 3], 'versions of both');
  };
}

function damageRule(damage: NonNullable<ArtifactStoreCheckOptions['damage']>) {
  return async (store: ArtifactStore): Promise<void> => {
    const artifact = await store.put('a', bytesOf('a content that will be damaged'));
    await damage(store, artifact);
    await expectRejection(store.get('a', artifact.version), 'invalid-data', 'a damaged content');
  };
}
