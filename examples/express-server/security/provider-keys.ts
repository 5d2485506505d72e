import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import type { Logger } from 'pino';
import * as z from 'zod';
import { HttpProblem } from '../http/problem.js';

/** Age from which keys are read again before they are used: for so long a withdrawn key may still be taken. */
const FRESH_MS = 600_000;
/** Age up to which keys are used while the provider cannot be asked. */
const LAST_RESORT_MS = 86_400_000;
/** Pause between two questions to the provider, whatever key ids tokens name. */
const COOLDOWN_MS = 30_000;
const TIMEOUT_MS = 5_000;
const MAX_BYTES = 524_288;

const discoverySchema = z.object({ issuer: z.string(), jwks_uri: z.url() });

export interface ProviderKeysOptions {
  /** Issuer, exactly as its tokens and its discovery document name it. */
  readonly issuer: string;
  readonly now: () => Date;
  readonly logger: Logger;
}

/** Public keys of an identity provider, found by OpenID Connect discovery and kept in memory. */
export class ProviderKeys {
  readonly #options: ProviderKeysOptions;
  #known: { readonly find: JWTVerifyGetKey; readonly readAt: number } | undefined;
  #lastAttempt: { readonly at: number; readonly hasFailed: boolean } | undefined;
  #reading: Promise<void> | undefined;

  constructor(options: ProviderKeysOptions) {
    this.#options = options;
  }

  /**
   * Finds the key that a token names. One that is not known is looked for at the provider, for all such tokens together at most
   * every 30 seconds.
   *
   * @throws HttpProblem 503 if the provider has to be asked and does not answer; an error of `jose` if it has no such key.
   */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    const age = this.#age();
    if (age > FRESH_MS) await this.#readOnceInAWhile();
    const find = this.#known?.find;
    if (!find || this.#age() > LAST_RESORT_MS) throw unavailable();
    try {
      return await find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await this.#readOnceInAWhile();
      // It cannot be told whether there is such a key.
      if (this.#lastAttempt?.hasFailed) throw unavailable();
      return await (this.#known?.find ?? find)(header, token);
    }
  };

  #time(): number {
    return this.#options.now().getTime();
  }

  #age(): number {
    return this.#known ? this.#time() - this.#known.readAt : Number.POSITIVE_INFINITY;
  }

  /** Never rejects: what comes of it is in `#known` and `#lastAttempt`. */
  async #readOnceInAWhile(): Promise<void> {
    const { at } = this.#lastAttempt ?? { at: Number.NEGATIVE_INFINITY };
    if (!this.#reading && Math.abs(this.#time() - at) < COOLDOWN_MS) return;
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    await this.#reading;
  }

  async #read(): Promise<void> {
    const at = this.#time();
    const { issuer, logger } = this.#options;
    try {
      this.#known = { find: createLocalJWKSet(await fetchKeys(issuer)), readAt: at };
      this.#lastAttempt = { at, hasFailed: false };
    } catch (error) {
      this.#lastAttempt = { at, hasFailed: true };
      logger.warn({ err: error, issuer }, 'the keys of the identity provider could not be read');
    }
  }
}

/** Address of the discovery document of an issuer. */
export function discoveryAddress(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
}

/** @throws if the documents are not there, or not those of the issuer. */
async function fetchKeys(issuer: string): Promise<JSONWebKeySet> {
  const { issuer: named, jwks_uri } = discoverySchema.parse(await fetchJson(discoveryAddress(issuer)));
  if (named !== issuer) throw new Error(`The discovery document is that of ${named}`);
  if (new URL(jwks_uri).protocol !== new URL(issuer).protocol) {
    throw new Error('The address of the keys is not protected as that of the issuer is');
  }
  return (await fetchJson(jwks_uri)) as JSONWebKeySet;
}

async function fetchJson(address: string): Promise<unknown> {
  const response = await fetch(address, {
    headers: { accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`${address} answered ${response.status}`);
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > MAX_BYTES) throw new Error(`${address} is larger than ${MAX_BYTES} bytes`);
    parts.push(part);
  }
  return JSON.parse(Buffer.concat(parts).toString('utf8'));
}

function unavailable(): HttpProblem {
  const detail = 'The identity provider does not answer, so that its token cannot be checked.';
  return new HttpProblem(503, 'identity-provider-unavailable', detail, {
    hint: 'Try again, or use an API key.',
    headers: { 'retry-after': String(COOLDOWN_MS / 1_000) },
  });
}
