import type { Configuration } from 'openid-client';
import type { Logger } from 'pino';
import { HttpProblem } from '../http/problem.js';
import type { FederatedTokens } from './federated-tokens.js';
import type { PendingSignIn, PendingSignIns } from './pending-sign-ins.js';
import type { ProviderDocuments } from './provider-documents.js';
import { askProvider } from './provider-request.js';
import type { Principal } from './roles.js';

type OpenIdClient = typeof import('openid-client');

/** Reasons for which a sign-in fails; the sign-in page has a sentence for each. */
export type SignInFailure = 'denied' | 'expired' | 'no-right' | 'refused' | 'unavailable';

/** A sign-in that failed, and where the browser would have gone on. */
export class SignInError extends Error {
  override readonly name = 'SignInError';
  readonly failure: SignInFailure;
  readonly next: string | undefined;

  constructor(failure: SignInFailure, next?: string) {
    super(`The sign-in failed: ${failure}`);
    this.failure = failure;
    this.next = next;
  }
}

/** Somebody who has signed in. */
export interface SignedIn {
  readonly principal: Principal;
  /** End of the token that says so. */
  readonly endsAt: Date;
  readonly next: string;
}

/** Parameters that the provider sends the browser back with. */
export interface SignInAnswer {
  readonly state?: string | undefined;
  readonly code?: string | undefined;
  readonly iss?: string | undefined;
  readonly error?: string | undefined;
}

export interface ProviderSignInOptions {
  readonly documents: ProviderDocuments;
  /** Checks ID tokens, whose audience is the client. */
  readonly idTokens: FederatedTokens;
  readonly pending: PendingSignIns;
  readonly client: { readonly id: string; readonly secret: string | undefined };
  readonly scopes: string;
  /** Address that the provider sends the browser back to, as it is registered there. */
  readonly redirectUrl: string;
  readonly clockToleranceSeconds: number;
  readonly now: () => Date;
  readonly logger: Logger;
}

/** Answers of a provider that say no more than that it is not there at the moment. */
const PASSING: ReadonlySet<unknown> = new Set(['temporarily_unavailable', 'server_error']);

/** Signs people in by the identity provider: OpenID Connect, with an authorization code and PKCE. */
export class ProviderSignIn {
  readonly #options: ProviderSignInOptions;

  constructor(options: ProviderSignInOptions) {
    this.#options = options;
  }

  /**
   * Begins a sign-in: returns the address at the provider to go to, and what the browser has to come back with.
   *
   * @param next - path of the dashboard to go on at
   * @throws SignInError if the provider cannot be asked
   */
  async begin(next: string): Promise<{ readonly address: string; readonly text: string }> {
    const begun = await this.#prepare(next);
    return { address: begun.address, text: await this.#options.pending.keep(begun) };
  }

  async #prepare(next: string): Promise<PendingSignIn & { readonly address: string }> {
    const { redirectUrl, scopes } = this.#options;
    try {
      const client = await import('openid-client');
      const { configuration } = await this.#connect(client);
      const [state, nonce] = [client.randomState(), client.randomNonce()];
      const verifier = client.randomPKCECodeVerifier();
      const address = client.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUrl,
        scope: scopes,
        state,
        nonce,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      return { state, nonce, verifier, next, address: address.href };
    } catch (error) {
      throw this.#notPrepared(error, next);
    }
  }

  /**
   * Ends a sign-in: exchanges the code for an ID token, and reads from it who may do what.
   *
   * @param text - what the browser was given when it began
   * @throws SignInError
   */
  async finish(text: string | undefined, answer: SignInAnswer): Promise<SignedIn> {
    const { pending, idTokens, now } = this.#options;
    const { state } = answer;
    const begun = text === undefined || state === undefined ? undefined : await pending.take(text, state);
    if (!begun) throw new SignInError('expired');
    const { next } = begun;
    try {
      const idToken = await this.#exchange(begun, answer);
      const verdict = await idTokens.verify(idToken);
      // The tolerance for clocks admits tokens that are over, and their sessions would be.
      if ('refusal' in verdict || verdict.endsAt <= now()) throw new SignInError('refused', next);
      return { ...verdict, next };
    } catch (error) {
      throw this.#failed(error, next);
    }
  }

  /**
   * Finds the address at which the provider ends its own session of the browser, and sends it on from there; undefined where it has none.
   *
   * @throws SignInError if the provider cannot be asked
   */
  async signOutAddress(next: string): Promise<string | undefined> {
    try {
      if ((await this.#options.documents.metadata())['end_session_endpoint'] === undefined) return undefined;
      const client = await import('openid-client');
      const { configuration } = await this.#connect(client);
      return client.buildEndSessionUrl(configuration, { post_logout_redirect_uri: next }).href;
    } catch (error) {
      throw this.#notPrepared(error, '/');
    }
  }

  async #exchange({ state, nonce, verifier, next }: PendingSignIn, answer: SignInAnswer): Promise<string> {
    const client = await import('openid-client');
    const { configuration, isAway } = await this.#connect(client);
    const address = new URL(this.#options.redirectUrl);
    for (const [name, value] of Object.entries(answer)) {
      if (value !== undefined) address.searchParams.set(name, value);
    }
    try {
      const { id_token } = await client.authorizationCodeGrant(configuration, address, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      return id_token ?? '';
    } catch (error) {
      this.#log(error);
      const reason = error instanceof client.AuthorizationResponseError ? error.error : undefined;
      if (reason === 'access_denied') throw new SignInError('denied', next);
      throw new SignInError(isAway() || PASSING.has(reason) ? 'unavailable' : 'refused', next);
    }
  }

  /** Makes a client of the provider, as it describes itself, on our own clock and within our limits for its answers. */
  async #connect(
    client: OpenIdClient,
  ): Promise<{ readonly configuration: Configuration; readonly isAway: () => boolean }> {
    const { documents, clockToleranceSeconds, now } = this.#options;
    const { id, secret } = this.#options.client;
    const metadata = await documents.metadata();
    const methods = metadata['token_endpoint_auth_methods_supported'] ?? ['client_secret_basic'];
    const takesBasic = Array.isArray(methods) && methods.includes('client_secret_basic');
    const authenticate = takesBasic ? client.ClientSecretBasic : client.ClientSecretPost;
    const configuration = new client.Configuration(
      metadata,
      id,
      {
        [client.clockSkew]: Math.round((now().getTime() - Date.now()) / 1_000),
        [client.clockTolerance]: clockToleranceSeconds,
      },
      secret === undefined ? client.None() : authenticate(secret),
    );
    // Settings allow an issuer without TLS on this machine only.
    if (new URL(metadata.issuer).protocol === 'http:') client.allowInsecureRequests(configuration);
    let isAway = false;
    configuration[client.customFetch] = async (address, { body, method, headers }) => {
      isAway = true;
      const response = await askProvider(address, { body: body as RequestInit['body'], method, headers });
      isAway = response.status >= 500;
      return response;
    };
    return { configuration, isAway: () => isAway };
  }

  /** Makes the error of a provider that is away, or whose documents name no address that a browser may be sent to. */
  #notPrepared(error: unknown, next: string): unknown {
    if (error instanceof HttpProblem) return this.#failed(error, next);
    this.#log(error);
    return new SignInError('refused', next);
  }

  #failed(error: unknown, next: string): unknown {
    if (!(error instanceof HttpProblem)) return error;
    this.#options.logger.info({ code: error.code, hint: error.options.hint }, error.message);
    return new SignInError(error.code === 'no-right' ? 'no-right' : 'unavailable', next);
  }

  /** Logs no more of a failure than its names: causes hold codes, tokens and what the provider says of people. */
  #log(error: unknown): void {
    const { name, message, code } = error as Error & { code?: unknown };
    const reason = (error as { error?: unknown }).error;
    const facts = { name, code, reason: typeof reason === 'string' ? reason.slice(0, 100) : undefined };
    this.#options.logger.warn(facts, `the identity provider did not sign somebody in: ${message}`);
  }
}
