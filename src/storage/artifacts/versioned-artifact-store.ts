import { sha256Hex } from '../../canonical-json.js';
import { ForecastError } from '../../errors.js';
import { type LongCallOptions, throwIfAborted } from '../../long-call.js';
import { type OptionTable, refuseUnknown } from '../../options.js';
import { type ArtifactStore, type ArtifactVersion, isArtifactLost } from '../artifact-contract.js';
import { compareText } from '../daily-sales.js';
import { ContentCipher, type EncryptionOptions } from '../encryption.js';
import {
  checkArtifactName,
  checkVersion,
  contentKey,
  deletedKey,
  manifestKey,
  namesPrefix,
  parseVersionKey,
  type VersionKey,
  versionsPrefix,
} from './artifact-keys.js';
import { decodeManifest, encodeManifest, type Manifest } from './manifest.js';
import type { ObjectBackend, SignalOption } from './object-backend.js';

export interface ArtifactStoreOptions {
  /** Encrypts the contents at rest with AES-256-GCM; names, sizes and checksums stay readable. */
  readonly encryption?: EncryptionOptions;
}

const ARTIFACT_STORE_OPTIONS: OptionTable<ArtifactStoreOptions> = {
  encryption: { currentKeyId: 1, keys: 1 },
};

interface Newest {
  readonly name: string;
  readonly lastNumber: number;
  /** Number of the newest version that was not deleted. */
  readonly live: number | undefined;
}

/**
 * An artifact store on any {@link ObjectBackend}. A version exists as soon as its manifest does, and a manifest
 * is created but never replaced: of two writers of the same number, one finds the key taken and tries the next.
 * A deletion keeps the manifest and adds a marker, so that no number is reused.
 */
export class VersionedArtifactStore implements ArtifactStore {
  readonly specificationVersion = 'v1';
  readonly name: string;
  readonly #objects: ObjectBackend;
  readonly #cipher: ContentCipher | undefined;

  constructor(name: string, objects: ObjectBackend, options: ArtifactStoreOptions = {}) {
    refuseUnknown(options, ARTIFACT_STORE_OPTIONS);
    this.name = name;
    this.#objects = objects;
    this.#cipher = options.encryption && new ContentCipher(options.encryption);
  }

  async put(name: string, content: Uint8Array, options: SignalOption = {}): Promise<ArtifactVersion> {
    checkArtifactName(name);
    throwIfAborted(options.signal);
    // A copy, as the caller may change the bytes while they are written.
    const bytes = new Uint8Array(content);
    const sha256 = await sha256Hex(bytes);
    let newest = await this.#newest(name, options);
    let before = await this.#intact(newest, sha256, options);
    if (before) return before.artifact;

    const stored = await this.#storeContent(bytes, sha256, options);
    for (;;) {
      const artifact = { name, version: newest.lastNumber + 1, sha256, size: bytes.length };
      if (await this.#claim({ artifact, ...stored }, options)) return artifact;
      newest = await this.#newest(name, options);
      before = await this.#intact(newest, sha256, options);
      if (before) {
        // The content may be ours: after a repeated request, the key may be taken by its own first attempt.
        if (before.contentKey !== stored.contentKey) await this.#objects.remove(stored.contentKey);
        return before.artifact;
      }
    }
  }

  async get(
    name: string,
    version?: number,
    options: SignalOption = {},
  ): Promise<{ readonly artifact: ArtifactVersion; readonly content: Uint8Array }> {
    checkArtifactName(name);
    if (version !== undefined) checkVersion(version);
    throwIfAborted(options.signal);
    const number = version ?? (await this.#newest(name, options)).live;
    const manifest = number === undefined ? undefined : await this.#liveManifest(name, number, options);
    if (manifest === undefined) throw notFound(name, version);
    const content = await this.#content(manifest, options);
    throwIfAborted(options.signal);
    return { artifact: manifest.artifact, content };
  }

  async versions(name: string): Promise<readonly ArtifactVersion[]> {
    checkArtifactName(name);
    const newestFirst: ArtifactVersion[] = [];
    for await (const entry of this.#entries(versionsPrefix(name))) {
      const manifest = entry.deleted ? undefined : await this.#readableManifest(name, entry.version);
      if (manifest !== undefined) newestFirst.push(manifest.artifact);
    }
    return newestFirst.reverse();
  }

  async names(prefix = ''): Promise<readonly string[]> {
    const names = new Set<string>();
    for await (const entry of this.#entries(namesPrefix(prefix))) {
      if (!entry.deleted && entry.name.startsWith(prefix)) names.add(entry.name);
    }
    return [...names].sort(compareText);
  }

  async delete(name: string, version: number): Promise<void> {
    checkArtifactName(name);
    checkVersion(version);
    if ((await this.#objects.read(manifestKey(name, version))) === undefined) return;
    const manifest = await this.#readableManifest(name, version);
    await this.#objects.create(deletedKey(name, version), new Uint8Array());
    if (manifest !== undefined) await this.#objects.remove(manifest.contentKey);
  }

  /**
   * Encrypts all contents that are not encrypted with the current key anew, one after the other, while others read and write. It may be
   * aborted and called again. Contents that are lost or damaged stay as they are. Returns the number of contents that were changed, and of
   * those that could not be.
   *
   * @throws ForecastError `invalid-option` without a key; `unavailable` if a key is missing or the medium fails; `aborted`.
   */
  async reencrypt(
    options: LongCallOptions = {},
  ): Promise<{ readonly changed: number; readonly lost: number }> {
    const { signal, onProgress } = options;
    if (this.#cipher === undefined) {
      throw new ForecastError('invalid-option', 'There is no key to encrypt with', { path: ['encryption'] });
    }
    const versions: VersionKey[] = [];
    for await (const entry of this.#entries(namesPrefix(''))) if (!entry.deleted) versions.push(entry);
    let [changed, lost] = [0, 0];
    for (const [done, { name, version }] of versions.entries()) {
      throwIfAborted(signal);
      onProgress?.({ phase: 'encrypt anew', done, total: versions.length });
      try {
        const manifest = await this.#liveManifest(name, version, { signal });
        if (manifest === undefined || manifest.keyId === this.#cipher.currentKeyId) continue;
        if (await this.#moveContent(manifest, { signal })) changed++;
      } catch (error) {
        if (!isArtifactLost(error)) throw error;
        lost++;
      }
    }
    return { changed, lost };
  }

  /** Stores a content again, with the current key, and points its version there. */
  async #moveContent(manifest: Manifest, options: SignalOption): Promise<boolean> {
    const { name, version, sha256 } = manifest.artifact;
    const bytes = new Uint8Array(await this.#content(manifest, options));
    const stored = await this.#storeContent(bytes, sha256, options);
    await this.#objects.replace(
      manifestKey(name, version),
      encodeManifest({ ...manifest, ...stored }),
      options,
    );
    // A version that was deleted meanwhile, or moved by another process after this one.
    const now = await this.#liveManifest(name, version, options);
    const isOurs = now?.contentKey === stored.contentKey;
    await this.#objects.remove(isOurs ? manifest.contentKey : stored.contentKey);
    return isOurs;
  }

  /** Reads the content of a version and checks it. */
  async #content(manifest: Manifest, options: SignalOption): Promise<Uint8Array> {
    const { artifact } = manifest;
    const stored = await this.#objects.read(manifest.contentKey, options);
    if (stored === undefined) {
      const { name, version } = artifact;
      const now = await this.#liveManifest(name, version, options);
      if (now === undefined) throw notFound(name, version);
      // Encrypted anew between the two reads.
      if (now.contentKey !== manifest.contentKey) return this.#content(now, options);
      throw damaged(artifact, 'is missing');
    }
    const content = await this.#decrypted(manifest, stored);
    if (content.length !== artifact.size || (await sha256Hex(content)) !== artifact.sha256) {
      throw damaged(artifact, 'does not have the checksum of what was written');
    }
    return content;
  }

  async #storeContent(
    bytes: Uint8Array<ArrayBuffer>,
    sha256: string,
    options: SignalOption,
  ): Promise<Omit<Manifest, 'artifact'>> {
    const key = contentKey(sha256, crypto.randomUUID());
    const encrypted = await this.#cipher?.encrypt(bytes, sha256);
    try {
      await this.#objects.create(key, encrypted?.bytes ?? bytes, options);
      throwIfAborted(options.signal);
    } catch (error) {
      await this.#objects.remove(key).catch(() => undefined);
      throw error;
    }
    return { contentKey: key, keyId: encrypted?.keyId };
  }

  /**
   * Creates the manifest of a version. The content is kept if this fails, as the manifest may have been written
   * after all.
   */
  async #claim(manifest: Manifest, options: SignalOption): Promise<boolean> {
    const { name, version } = manifest.artifact;
    return this.#objects.create(manifestKey(name, version), encodeManifest(manifest), options);
  }

  /** The highest number ever used, and that of the newest version that was not deleted. */
  async #newest(name: string, options: SignalOption): Promise<Newest> {
    let lastNumber = 0;
    for await (const entry of this.#entries(versionsPrefix(name))) {
      throwIfAborted(options.signal);
      lastNumber = Math.max(lastNumber, entry.version);
      if (!entry.deleted) return { name, lastNumber, live: entry.version };
    }
    return { name, lastNumber, live: undefined };
  }

  /** The manifest of the newest version if it has the content in question, and has it still. */
  async #intact(
    { name, live }: Newest,
    sha256: string,
    options: SignalOption,
  ): Promise<Manifest | undefined> {
    const manifest = live === undefined ? undefined : await this.#readableManifest(name, live, options);
    if (manifest?.artifact.sha256 !== sha256) return undefined;
    const isLost = await this.#content(manifest, options).then(() => false, isArtifactLost);
    return isLost ? undefined : manifest;
  }

  /** The manifest of a version; undefined for a damaged one, which must not stand in the way of the others. */
  async #readableManifest(
    name: string,
    version: number,
    options?: SignalOption,
  ): Promise<Manifest | undefined> {
    try {
      return await this.#manifest(name, version, options);
    } catch (error) {
      if (!isArtifactLost(error)) throw error;
      return undefined;
    }
  }

  async #liveManifest(name: string, version: number, options: SignalOption): Promise<Manifest | undefined> {
    if (await this.#isDeleted(name, version)) return undefined;
    return this.#manifest(name, version, options);
  }

  async #manifest(name: string, version: number, options?: SignalOption): Promise<Manifest | undefined> {
    const bytes = await this.#objects.read(manifestKey(name, version), options);
    return bytes && decodeManifest(bytes, name, version);
  }

  async #isDeleted(name: string, version: number): Promise<boolean> {
    return (await this.#objects.read(deletedKey(name, version))) !== undefined;
  }

  async #decrypted({ artifact, keyId }: Manifest, stored: Uint8Array): Promise<Uint8Array> {
    if (keyId === undefined) return stored;
    if (this.#cipher === undefined) {
      throw new ForecastError(
        'unavailable',
        `Version ${artifact.version} of "${artifact.name}" is encrypted`,
        {
          path: [artifact.name, artifact.version],
          hint: `Give key "${keyId}" in the option \`encryption\`.`,
        },
      );
    }
    return this.#cipher.decrypt(keyId, stored, artifact.sha256);
  }

  /** Versions from the newest to the oldest of each name; a marker follows its manifest in the listing. */
  async *#entries(prefix: string): AsyncGenerator<VersionKey> {
    let entry: VersionKey | undefined;
    for await (const key of this.#objects.list(prefix)) {
      const next = parseVersionKey(key);
      if (next === undefined) continue;
      if (entry !== undefined && !next.deleted) yield entry;
      entry = next;
    }
    if (entry !== undefined) yield entry;
  }
}

function notFound(name: string, version: number | undefined): ForecastError {
  const what = version === undefined ? `artifact "${name}"` : `version ${version} of artifact "${name}"`;
  return new ForecastError('not-found', `There is no ${what}`, {
    path: version === undefined ? [name] : [name, version],
  });
}

function damaged({ name, version }: ArtifactVersion, what: string): ForecastError {
  return new ForecastError('invalid-data', `The content of version ${version} of "${name}" ${what}`, {
    path: [name, version],
    hint: 'Restore it from a backup, or delete the version.',
  });
}
