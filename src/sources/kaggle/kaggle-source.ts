import { ForecastError } from '../../errors.js';
import type { LongCallOptions } from '../../long-call.js';
import { type OptionTable, refuseUnknown } from '../../options.js';
import type { SalesRecord } from '../../panel/sales-record.js';
import { HttpClient } from '../../transport/http-client.js';
import type { HttpOptions } from '../../transport/http-client-options.js';
import { httpStatusOf, toBase64 } from '../../transport/http-failure.js';
import { unzipped } from './unzip.js';

/** A key of the account page (`kaggle.json`) or a newer API token. */
export type KaggleCredentials =
  | { readonly username: string; readonly key: string }
  | { readonly token: string };

export interface KaggleOptions {
  readonly credentials: KaggleCredentials;
  readonly http?: HttpOptions;
  /** Largest file after decompression. Default 16 GiB. */
  readonly maxFileBytes?: number;
}

const KAGGLE_OPTIONS: OptionTable<KaggleOptions> = { credentials: 1, http: 1, maxFileBytes: 1 };

/** Origin of files on Kaggle: a competition, or a data set as `owner/name`. */
export type KaggleOrigin = { readonly competition: string } | { readonly dataset: string };

/** Opens a file of an origin, decompressed. */
export type OpenKaggleFile = (name: string) => AsyncIterable<Uint8Array>;

/** Recipe for converting the files of an origin to sales records. */
export interface KaggleRecipe {
  readonly origin: KaggleOrigin;
  read(open: OpenKaggleFile, options: LongCallOptions): AsyncIterable<SalesRecord>;
}

export interface KaggleSource {
  /** Reads a file piece by piece, decompressed if it is an archive. */
  file(origin: KaggleOrigin, name: string, options?: LongCallOptions): AsyncIterable<Uint8Array>;
  /** The sales of a data set. */
  records(recipe: KaggleRecipe, options?: LongCallOptions): AsyncIterable<SalesRecord>;
}

const PUBLIC_URL = 'https://www.kaggle.com/api/v1';
const MAX_FILE_BYTES = 16 * 2 ** 30;

/**
 * Sales from data sets and competitions of Kaggle. A competition's rules have to be accepted on its page once.
 *
 * ```ts
 * import { buildPanel } from 'commerce-forecast';
 * import { KAGGLE_RECIPES, kaggleSource } from 'commerce-forecast/sources';
 *
 * const kaggle = kaggleSource({ credentials: { username: 'you', key: 'your-key' } });
 * const { panel } = await buildPanel(kaggle.records(KAGGLE_RECIPES.storeItemDemand));
 * ```
 *
 * Source: https://github.com/Kaggle/kaggle-api
 *
 * @throws ForecastError `invalid-option` without credentials; reading rejects with `unauthorized`, `not-found`,
 * `limit-exceeded`, `unavailable`, `timeout`, `invalid-data`, `missing-dependency` or `aborted`.
 */
export function kaggleSource(options: KaggleOptions): KaggleSource {
  refuseUnknown(options, KAGGLE_OPTIONS);
  const { maxFileBytes = MAX_FILE_BYTES } = options;
  const { authorization, secrets } = authorizationOf(options.credentials);
  const client = new HttpClient({
    baseUrl: PUBLIC_URL,
    ...options.http,
    headers: { Authorization: authorization },
    secrets,
  });

  async function* file(
    origin: KaggleOrigin,
    name: string,
    { signal }: LongCallOptions = {},
  ): AsyncGenerator<Uint8Array, void, void> {
    const bytes = await client.stream({ path: pathOf(origin, name), signal }).catch((error: unknown) => {
      throw withHint(error, origin);
    });
    yield* unzipped(bytes, name, maxFileBytes);
  }

  return {
    file,
    records: (recipe, longCall = {}) => recipe.read((name) => file(recipe.origin, name, longCall), longCall),
  };
}

function authorizationOf(credentials: KaggleCredentials): { authorization: string; secrets: string[] } {
  if ('token' in credentials && credentials.token) {
    return { authorization: `Bearer ${credentials.token}`, secrets: [credentials.token] };
  }
  if ('key' in credentials && credentials.username && credentials.key) {
    const pair = `${credentials.username}:${credentials.key}`;
    return { authorization: `Basic ${toBase64(pair)}`, secrets: [pair, credentials.key] };
  }
  throw new ForecastError('invalid-option', 'Kaggle needs a username and key, or a token', {
    path: ['credentials'],
  });
}

function pathOf(origin: KaggleOrigin, name: string): string {
  const parts =
    'competition' in origin
      ? ['competitions', 'data', 'download', origin.competition, name]
      : ['datasets', 'download', ...origin.dataset.split('/'), name];
  if (parts.some((part) => part === '' || part === '.' || part === '..')) {
    throw new ForecastError('invalid-option', 'Not the name of a file on Kaggle', { path: ['origin'] });
  }
  return `/${parts.map(encodeURIComponent).join('/')}`;
}

function withHint(error: unknown, origin: KaggleOrigin): unknown {
  if (!ForecastError.is(error) || httpStatusOf(error) !== 403 || !('competition' in origin)) return error;
  return new ForecastError(error.code, error.message, {
    path: error.path,
    hint: `Accept the rules at https://www.kaggle.com/c/${origin.competition}/rules with the same account.`,
    cause: error.cause,
  });
}
