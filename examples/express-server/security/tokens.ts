import { jwtVerify, SignJWT } from 'jose';
import { type Principal, ROLES, type Role } from './roles.js';

const ISSUER = 'commerce-forecast';
const ALGORITHM = 'HS256';
export const TOKEN_SECONDS = 3_600;

/** Issues and checks tokens that represent an API key for one hour. */
export class TokenService {
  readonly #secret: Uint8Array;
  readonly #now: () => Date;

  constructor(secret: string, now: () => Date) {
    this.#secret = new TextEncoder().encode(secret);
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
    try {
      const { payload } = await jwtVerify(token, this.#secret, {
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
