import { CheckedJson } from '../../checked-json.js';
import { ForecastError } from '../../errors.js';
import type { ArtifactVersion } from '../artifact-contract.js';

/** Metadata of a version, stored separately from its content. */
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
  const json = new CheckedJson(parse(bytes, name, version), {
    what: `manifest of version ${version} of "${name}"`,
    code: 'invalid-data',
    path: [name, version],
  });
  json.oneOf('format', [FORMAT]);
  const artifact = json.object('artifact');
  const sha256 = artifact.text('sha256');
  if (!/^[0-9a-f]{64}$/.test(sha256)) artifact.fail('sha256');
  return {
    artifact: {
      name: artifact.oneOf('name', [name]),
      version: artifact.oneOf('version', [version]),
      sha256,
      size: artifact.integer('size', 0),
    },
    contentKey: json.text('contentKey'),
    keyId: json.optional('keyId', () => json.text('keyId')),
  };
}

function parse(bytes: Uint8Array, name: string, version: number): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new ForecastError('invalid-data', `The manifest of version ${version} of "${name}" is not JSON`, {
      path: [name, version],
      cause,
    });
  }
}
