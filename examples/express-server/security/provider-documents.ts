import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import type { Logger } from 'pino';
import * as z from 'zod';
import { HttpProblem } from '../http/problem.js';
import { askProvider } from './provider-request.js';

/** Age from which keys are read again before they are used: for so long a withdrawn key may still be taken. */
const FRESH_MS = 600_000;
/** Age up to which keys are used while the provider cannot be asked. */
const LAST_RESORT_MS = 86_400_000;
/** Pause between two questions to the provider, whatever key ids tokens name. */
const COOLDOWN_MS = 30_000;

const discoverySchema = z.object({ issuer: z.string(), jwks_uri: z.url() }).catchall(z.json());

/** The discovery document of a provider; what is not needed for its keys has not been checked. */
export type ProviderMetadata = z.output<typeof discoverySchema>;

interface Documents {
  readonly metadata: ProviderMetadata;
  readonly find: JWTVerifyGetKey;
  readonly readAt: number;
}

export interface ProviderDocumentsOptions {
  /** Issuer, exactly as its tokens and its discovery document name it. */
  readonly issuer: string;
  readonly now: () => Date;
  readonly logger: Logger;
}

/** Public keys and addresses of an identity provider, found by OpenID Connect discovery and kept in memory. */
export class ProviderDocuments {
  readonly #options: ProviderDocumentsOptions;
  #known: Documents | undefined;
  #lastAttempt: { readonly at: number; readonly hasFailed: boolean } | undefined;
  #reading: Promise<void> | undefined;

  constructor(options: ProviderDocumentsOptions) {
    this.#options = options;
  }

  get issuer(): string {
    return this.#options.issuer;
  }

  /**
   * Finds the key that a token names. One that is not known is looked for at the provider, for all such tokens together at most
   * every 30 seconds.
   *
   * @throws HttpProblem 503 if the provider has to be asked and does not answer; an error of `jose` if it has no such key.
   */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    const { find } = await this.#documents();
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

  /** Finds out what the provider says of itself. @throws HttpProblem 503 if it has to be asked and does not answer. */
  async metadata(): Promise<ProviderMetadata> {
    return (await this.#documents()).metadata;
  }

  async #documents(): Promise<Documents> {
    if (this.#age() > FRESH_MS) {
      const reading = this.#readOnceInAWhile();
      if (!this.#isAway() || this.#age() > LAST_RESORT_MS) await reading;
    }
    if (!this.#known || this.#age() > LAST_RESORT_MS) throw unavailable();
    return this.#known;
  }

  /** Tells whether the provider did not answer a short while ago: then nobody waits for it who can do without. */
  #isAway(): boolean {
    const { at, hasFailed } = this.#lastAttempt ?? { at: 0, hasFailed: false };
    return hasFailed && Math.abs(this.#time() - at) <= FRESH_MS;
  }

  #time(): number {
    return this.#options.now().getTime();
  }

  /** A clock that was set back says nothing of when they were read, so that this counts as long ago, too. */
  #age(): number {
    return this.#known ? Math.abs(this.#time() - this.#known.readAt) : Number.POSITIVE_INFINITY;
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
      const metadata = await fetchMetadata(issuer);
      const keys = (await fetchJson(metadata.jwks_uri)) as JSONWebKeySet;
      this.#known = { metadata, find: createLocalJWKSet(keys), readAt: at };
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

/** @throws if the document is not there, or not that of the issuer. */
async function fetchMetadata(issuer: string): Promise<ProviderMetadata> {
  const metadata = discoverySchema.parse(await fetchJson(discoveryAddress(issuer)));
  if (metadata.issuer !== issuer) throw new Error(`The discovery document is that of ${metadata.issuer}`);
  if (new URL(metadata.jwks_uri).protocol !== new URL(issuer).protocol) {
    throw new Error('The address of the keys is not protected as that of the issuer is');
  }
  return metadata;
}

async function fetchJson(address: string): Promise<unknown> {
  const response = await askProvider(address, { headers: { accept: 'application/json' } });
  if (!response.ok) throw new Error(`${address} answered ${response.status}`);
  return response.json();
}

function unavailable(): HttpProblem {
  const detail = 'The identity provider does not answer, so that its token cannot be checked.';
  return new HttpProblem(503, 'identity-provider-unavailable', detail, {
    hint: 'Try again, or use an API key.',
    headers: { 'retry-after': String(COOLDOWN_MS / 1_000) },
  });
}
