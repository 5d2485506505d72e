import { ForecastError } from '../../errors.js';
import type { ArtifactVersion } from '../artifact-contract.js';

/** What is kept of a version beside its content. */
export interface Manifest {
  readonly artifact: ArtifactVersion;
  /** Key of the object that holds the content. */
  readonly contentKey: string;
  /** Key id, if the content is encrypted. */
  readonly keyId?: string;
}

const FORMAT = 'commerce-forecast.artifact';

export function encodeManifest(manifest: Manifest): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ format: FORMAT, ...manifest }));
}

/** @throws ForecastError `invalid-data` if the bytes are not the manifest of that version. */
export function decodeManifest(bytes: Uint8Array, name: string, version: number): Manifest {
  let data: Partial<Manifest> & { readonly format?: unknown };
  try {
    data = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw damaged(name, version, cause);
  }
  const { artifact, contentKey, keyId } = data ?? {};
  const valid =
    data?.format === FORMAT &&
    artifact?.name === name &&
    artifact.version === version &&
    /^[0-9a-f]{64}$/.test(artifact.sha256) &&
    Number.isInteger(artifact.size) &&
    typeof contentKey === 'string' &&
    (keyId === undefined || typeof keyId === 'string');
  if (!valid) throw damaged(name, version);
  return { artifact, contentKey, keyId };
}

function damaged(name: string, version: number, cause?: unknown): ForecastError {
  return new ForecastError('invalid-data', `The manifest of version ${version} of "${name}" is damaged`, {
    path: [name, version],
    cause,
  });
}
