import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

export const AUDIENCE = 'forecasts';

/** An identity provider on this machine: its two documents, and tokens signed with its keys. */
export interface IdentityProvider {
  readonly issuer: string;
  /** Questions for its keys so far. */
  readonly questions: number;
  /** What it answers instead of its documents. */
  answerWith(answer: ((request: IncomingMessage, response: ServerResponse) => void) | undefined): void;
  /** Makes a key and publishes it. */
  addKey(kid: string, algorithm?: string): Promise<void>;
  /** Withdraws a key; tokens can still be signed with it, as by whoever has stolen it. */
  withdraw(kid: string): void;
  publicKey(kid: string): JWK;
  /** A token that is right but for what is given. */
  sign(claims?: Record<string, unknown>, options?: SignOptions): Promise<string>;
  close(): Promise<void>;
}

export interface SignOptions {
  readonly kid?: string;
  /** Key id in the header, where it is not that of the key. */
  readonly namedKid?: string;
  readonly now?: Date;
}

interface OwnKey {
  readonly algorithm: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

/** Starts a provider with one key, `first`. */
export async function startProvider(): Promise<IdentityProvider> {
  const all = new Map<string, OwnKey>();
  const published = new Set<string>();
  let questions = 0;
  let answer: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  const server = createServer((request, response) => {
    if (request.url === '/jwks') questions++;
    if (answer) {
      answer(request, response);
      return;
    }
    const documents: Record<string, unknown> = {
      '/.well-known/openid-configuration': { issuer, jwks_uri: `${issuer}/jwks` },
      '/jwks': { keys: [...published].map((kid) => all.get(kid)!.jwk) },
    };
    const document = documents[request.url ?? ''];
    response.writeHead(document ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(document ?? {}));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider: IdentityProvider = {
    issuer,
    get questions() {
      return questions;
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
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  await provider.addKey('first');
  return provider;
}
