import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

export const AUDIENCE = 'forecasts';
/** The dashboard as a client of the provider. */
export const CLIENT = { id: 'dashboard', secret: 'a secret : of + the / client' } as const;

/** An identity provider on this machine: its documents, tokens signed with its keys, and sign-ins that ask for no password. */
export interface IdentityProvider {
  readonly issuer: string;
  /** Questions for its keys so far. */
  readonly questions: number;
  /** Codes that it was asked to exchange so far. */
  readonly exchanges: number;
  /** What it answers instead of its documents. */
  answerWith(answer: ((request: IncomingMessage, response: ServerResponse) => void) | undefined): void;
  /** Makes a key and publishes it. */
  addKey(kid: string, algorithm?: string): Promise<void>;
  /** Withdraws a key; tokens can still be signed with it, as by whoever has stolen it. */
  withdraw(kid: string): void;
  publicKey(kid: string): JWK;
  /** A token that is right but for what is given. */
  sign(claims?: Record<string, unknown>, options?: SignOptions): Promise<string>;
  /** Claims of the ID tokens of whoever signs in from now on, where they are not the usual ones. */
  signInAs(claims: Record<string, unknown>, options?: SignOptions): void;
  /** Way in which the client proves from now on who it is; `client_secret_basic` at first, without a word in the documents. */
  authenticateBy(method: 'client_secret_basic' | 'client_secret_post' | 'none' | undefined): void;
  /** Error that browsers are sent back with from now on. */
  refuseWith(error: string | undefined): void;
  close(): Promise<void>;
}

export interface SignOptions {
  readonly kid?: string;
  /** Key id in the header, where it is not that of the key. */
  readonly namedKid?: string;
  readonly now?: Date;
}

export interface ProviderOptions {
  /** Name of this machine: browsers take `localhost` and `127.0.0.1` for two sites. */
  readonly host?: '127.0.0.1' | 'localhost';
  readonly now?: () => Date;
}

interface OwnKey {
  readonly algorithm: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

/** What a code was given for. */
interface Grant {
  readonly redirectUri: string;
  readonly challenge: string;
  readonly nonce: string | undefined;
}

/** Starts a provider with one key, `first`. */
export async function startProvider({
  host = '127.0.0.1',
  now: clock = () => new Date(),
}: ProviderOptions = {}): Promise<IdentityProvider> {
  const all = new Map<string, OwnKey>();
  const published = new Set<string>();
  const grants = new Map<string, Grant>();
  let questions = 0;
  let exchanges = 0;
  let answer: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  let person: readonly [claims: Record<string, unknown>, options?: SignOptions] = [{}];
  let refusal: string | undefined;
  let method: Parameters<IdentityProvider['authenticateBy']>[0];

  /** Sends a browser back with a code, or asks first where it is a person's. */
  function authorize({ searchParams }: URL, request: IncomingMessage, response: ServerResponse): void {
    const given = Object.fromEntries(searchParams);
    const isRight =
      given['client_id'] === CLIENT.id &&
      given['response_type'] === 'code' &&
      given['scope']?.split(' ').includes('openid') &&
      given['code_challenge_method'] === 'S256' &&
      given['code_challenge'] !== undefined &&
      given['redirect_uri'] !== undefined;
    if (!isRight) {
      response.writeHead(400, { 'content-type': 'text/plain' }).end('This is no request of a client');
      return;
    }
    const back = new URL(given['redirect_uri']!);
    if (given['state'] !== undefined) back.searchParams.set('state', given['state']);
    back.searchParams.set('iss', issuer);
    // As some providers do, which a client has to put up with.
    back.searchParams.set('session_state', randomUUID());
    if (refusal === undefined) {
      const code = randomUUID();
      grants.set(code, {
        redirectUri: given['redirect_uri']!,
        challenge: given['code_challenge']!,
        nonce: given['nonce'],
      });
      back.searchParams.set('code', code);
    } else back.searchParams.set('error', refusal);
    if (!request.headers.accept?.includes('text/html')) {
      response.writeHead(302, { location: back.href }).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    const link = back.href.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
    response.end(`<!doctype html><title>Provider</title><a href="${link}">Continue as Ada</a>`);
  }

  function isClient(authorization: string | undefined, form: URLSearchParams): boolean {
    if (method === 'client_secret_post' || method === 'none') {
      const secret = method === 'none' ? null : CLIENT.secret;
      return (
        authorization === undefined &&
        form.get('client_id') === CLIENT.id &&
        form.get('client_secret') === secret
      );
    }
    const encoded = [CLIENT.id, CLIENT.secret].map((part) =>
      new URLSearchParams([['', part]]).toString().slice(1),
    );
    return (
      authorization === `Basic ${Buffer.from(encoded.join(':')).toString('base64')}` &&
      !form.has('client_secret')
    );
  }

  /** Exchanges a code, once, for whoever knows the secrets of the client and of the one who began. */
  async function exchange(request: IncomingMessage): Promise<[status: number, body: object]> {
    exchanges++;
    const form = new URLSearchParams(await text(request));
    if (!isClient(request.headers.authorization, form)) return [401, { error: 'invalid_client' }];
    const code = form.get('code') ?? '';
    const grant = grants.get(code);
    grants.delete(code);
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (!grant || grant.challenge !== challenge || grant.redirectUri !== form.get('redirect_uri')) {
      return [400, { error: 'invalid_grant' }];
    }
    const [claims, options] = person;
    const usual = { aud: CLIENT.id, ...(grant.nonce !== undefined && { nonce: grant.nonce }) };
    const id_token = await provider.sign({ ...usual, ...claims }, { now: clock(), ...options });
    return [200, { access_token: randomUUID(), token_type: 'Bearer', expires_in: 300, id_token }];
  }

  const server = createServer(async (request, response) => {
    if (request.url === '/jwks') questions++;
    if (answer) {
      answer(request, response);
      return;
    }
    const url = new URL(request.url ?? '', issuer);
    if (url.pathname === '/authorize') {
      authorize(url, request, response);
      return;
    }
    if (url.pathname === '/logout') {
      const back = url.searchParams.get('post_logout_redirect_uri');
      const isRight = url.searchParams.get('client_id') === CLIENT.id && back !== null;
      response.writeHead(isRight ? 302 : 400, isRight ? { location: back } : {}).end();
      return;
    }
    const documents: Record<string, unknown> = {
      '/.well-known/openid-configuration': {
        issuer,
        jwks_uri: `${issuer}/jwks`,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        ...(method !== undefined && { token_endpoint_auth_methods_supported: [method] }),
        end_session_endpoint: `${issuer}/logout`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256', 'ES256'],
        code_challenge_methods_supported: ['S256'],
        authorization_response_iss_parameter_supported: true,
      },
      '/jwks': { keys: [...published].map((kid) => all.get(kid)!.jwk) },
    };
    const document = documents[url.pathname];
    const [status, body] =
      url.pathname === '/token' && request.method === 'POST'
        ? await exchange(request)
        : [document ? 200 : 404, document ?? {}];
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://${host}:${(server.address() as AddressInfo).port}`;
  const provider: IdentityProvider = {
    issuer,
    get questions() {
      return questions;
    },
    get exchanges() {
      return exchanges;
    },
    answerWith: (other) => {
      answer = other;
    },
    addKey: async (kid, algorithm = 'RS256') => {
      const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
      const jwk = { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' };
      all.set(kid, { algorithm, privateKey, jwk });
      published.add(kid);
    },
    withdraw: (kid) => void published.delete(kid),
    publicKey: (kid) => all.get(kid)!.jwk,
    sign: async (claims = {}, { kid = 'first', namedKid = kid, now = new Date() } = {}) => {
      const { algorithm, privateKey } = all.get(kid)!;
      const seconds = Math.floor(now.getTime() / 1_000);
      const usual = {
        iss: issuer,
        aud: AUDIENCE,
        sub: 'ada@shop.example',
        iat: seconds,
        exp: seconds + 300,
        roles: ['merchant'],
      };
      return new SignJWT({ ...usual, ...claims })
        .setProtectedHeader({ alg: algorithm, kid: namedKid })
        .sign(privateKey);
    },
    signInAs: (...next) => {
      person = next;
    },
    authenticateBy: (other) => {
      method = other;
    },
    refuseWith: (error) => {
      refusal = error;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  await provider.addKey('first');
  return provider;
}
