import { decodeJwt, jwtVerify, SignJWT } from 'jose';
import { type Principal, ROLES, type Role } from './roles.js';

const ISSUER = 'commerce-forecast';
const ALGORITHM = 'HS256';
export const TOKEN_SECONDS = 3_600;

/** Issues and checks tokens that represent an API key for one hour. */
export class TokenService {
  readonly #secret: Uint8Array;
  readonly #before: Uint8Array | undefined;
  readonly #now: () => Date;

  /** @param before secret whose tokens are taken until they expire, while the secret is being changed */
  constructor(secret: string, now: () => Date, before?: string) {
    this.#secret = new TextEncoder().encode(secret);
    this.#before = before === undefined ? undefined : new TextEncoder().encode(before);
    this.#now = now;
  }

  issue({ keyId, role }: Principal): Promise<string> {
    const issuedAt = Math.floor(this.#now().getTime() / 1_000);
    return new SignJWT({ role })
      .setProtectedHeader({ alg: ALGORITHM })
      .setIssuer(ISSUER)
      .setAudience(ISSUER)
      .setSubject(keyId)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + TOKEN_SECONDS)
      .sign(this.#secret);
  }

  /** Principal of a token; undefined if it is forged, expired or issued for another audience. */
  async verify(token: string): Promise<Principal | undefined> {
    const principal = await this.#verifyWith(this.#secret, token);
    return principal ?? (this.#before && (await this.#verifyWith(this.#before, token)));
  }

  async #verifyWith(secret: Uint8Array, token: string): Promise<Principal | undefined> {
    try {
      const { payload } = await jwtVerify(token, secret, {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience: ISSUER,
        maxTokenAge: TOKEN_SECONDS,
        currentDate: this.#now(),
      });
      const role = payload['role'] as Role;
      if (typeof payload.sub !== 'string' || !ROLES.includes(role)) return undefined;
      return { keyId: payload.sub, role };
    } catch {
      return undefined;
    }
  }
}

/** Tells whether a token says that this server has issued it; nothing of it is checked. */
export function isOwnToken(token: string): boolean {
  try {
    return decodeJwt(token).iss === ISSUER;
  } catch {
    return false;
  }
}
