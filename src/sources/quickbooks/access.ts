import * as z from 'zod/mini';
import { ForecastError } from '../../errors.js';
import { HttpClient } from '../../transport/http-client.js';
import type { HttpOptions } from '../../transport/http-client-options.js';
import { httpStatusOf, toBase64 } from '../../transport/http-failure.js';
import { parseAnswer } from '../../transport/parse-answer.js';
import type { QuickBooksTokenStore, QuickBooksTokens } from './tokens.js';

const TOKEN_URL = 'https://oauth.platform.intuit.com';
/** Time before expiry at which a token is renewed, so that it does not expire in transit. */
const EARLY_MS = 60_000;
const SAVE_ATTEMPTS = 3;

const answerSchema = z.object({
  access_token: z.string().check(z.minLength(1)),
  refresh_token: z.string().check(z.minLength(1)),
  expires_in: z.number().check(z.positive()),
  x_refresh_token_expires_in: z.number().check(z.positive()),
});

export interface QuickBooksAccessOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly tokens: QuickBooksTokenStore;
  /** Settings of the token service; its public address by default. */
  readonly http?: HttpOptions;
}

/**
 * Provides access tokens and renews them: once for all concurrent callers, under the store's lock between
 * processes. No new token is used before the new refresh token is stored.
 */
export class QuickBooksAccess {
  private readonly options: QuickBooksAccessOptions;
  private readonly http: HttpClient;
  private readonly now: () => number;
  private current: QuickBooksTokens | undefined;
  private renewing: Promise<QuickBooksTokens> | undefined;

  constructor(options: QuickBooksAccessOptions) {
    this.options = options;
    this.now = options.http?.now ?? Date.now;
    this.http = new HttpClient({
      baseUrl: TOKEN_URL,
      ...options.http,
      secrets: [options.clientSecret, options.clientId],
    });
  }

  /**
   * Returns an access token that should work, other than `refused`, which the service has just refused.
   *
   * @throws ForecastError `unauthorized` if the company has to be connected again.
   */
  async token(refused?: string): Promise<string> {
    const { current } = this;
    if (current && this.isGood(current, refused)) return current.accessToken;
    this.renewing ??= this.renew(refused).finally(() => {
      this.renewing = undefined;
    });
    this.current = await this.renewing;
    return this.current.accessToken;
  }

  private isGood(tokens: QuickBooksTokens, refused: string | undefined): boolean {
    if (tokens.accessToken === refused) return false;
    return tokens.accessTokenExpiresAt - EARLY_MS > this.now();
  }

  private async renew(refused: string | undefined): Promise<QuickBooksTokens> {
    const { tokens: store } = this.options;
    const stored = await store.load();
    if (stored && this.isGood(stored, refused)) return stored;
    return store.withLock(async () => {
      // Another process may have renewed them while this one waited for the lock.
      const tokens = await store.load();
      if (!tokens) throw reconnect('There are no tokens of QuickBooks yet');
      if (this.isGood(tokens, refused)) return tokens;
      if (tokens.refreshTokenExpiresAt <= this.now()) throw reconnect('The refresh token has expired');
      const renewed = await this.requestTokens(tokens.refreshToken);
      await this.save(renewed);
      return renewed;
    });
  }

  private async requestTokens(refreshToken: string): Promise<QuickBooksTokens> {
    const { clientId, clientSecret } = this.options;
    const requestedAt = this.now();
    const answer = await this.http
      .json({
        method: 'POST',
        path: '/oauth2/v1/tokens/bearer',
        headers: {
          Accept: 'application/json',
          'Content-Type': 'application/x-www-form-urlencoded',
          Authorization: `Basic ${toBase64(`${clientId}:${clientSecret}`)}`,
        },
        body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }).toString(),
        secrets: [refreshToken, `${clientId}:${clientSecret}`],
        // If the answer was lost, another attempt is the only way to get working tokens.
        repeatable: true,
      })
      .catch((error: unknown) => {
        const status = httpStatusOf(error);
        if (status !== 400 && status !== 401) throw error;
        throw reconnect('QuickBooks refused the refresh token', error);
      });
    const tokens = parseAnswer('The token service of QuickBooks', answerSchema, answer);
    return {
      accessToken: tokens.access_token,
      refreshToken: tokens.refresh_token,
      accessTokenExpiresAt: requestedAt + tokens.expires_in * 1_000,
      refreshTokenExpiresAt: requestedAt + tokens.x_refresh_token_expires_in * 1_000,
    };
  }

  /** Saves tokens with several attempts, as the old refresh token may already be void. */
  private async save(tokens: QuickBooksTokens): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.options.tokens.save(tokens);
      } catch {
        if (attempt < SAVE_ATTEMPTS) continue;
        throw new ForecastError('unavailable', 'The renewed tokens of QuickBooks could not be stored', {
          path: ['tokens'],
          hint: 'Repair the token store; the company may have to be connected again.',
        });
      }
    }
  }
}

function reconnect(message: string, cause?: unknown): ForecastError {
  return new ForecastError('unauthorized', message, {
    path: ['tokens'],
    hint: 'Let the merchant connect the company again, and save the tokens to the store.',
    cause,
  });
}
