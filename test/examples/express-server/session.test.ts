import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '../../../examples/express-server/security/roles.js';
import { SESSION_SECONDS } from '../../../examples/express-server/security/session-service.js';
import { post, startServer, type TestServer } from './server-fixture.js';

const ORIGIN = 'https://dashboard.example';

let server: TestServer;
let clock = Date.now();

beforeAll(async () => {
  server = await startServer({ DASHBOARD_ORIGINS: ORIGIN }, () => new Date(clock));
});
afterAll(() => server.close());

/** The cookie that a browser would send from now on. */
async function open(key: string): Promise<string> {
  const response = await server.send('/api/v1/session', { key, method: 'POST' });
  expect(response.status).toBe(201);
  const [cookie = ''] = response.headers.getSetCookie();
  expect(cookie).toMatch(/^cf_session=cs_[^;]+; Path=\/api\/v1; Max-Age=43200; HttpOnly; SameSite=Strict$/);
  return cookie.split(';')[0] ?? '';
}

const withCookie = (cookie: string, init: RequestInit = {}): RequestInit => ({
  ...init,
  headers: { ...init.headers, cookie },
});
const FORGERY = { 'x-csrf-protection': '1' };

describe('a session', () => {
  it.each<Role>(['admin', 'merchant', 'analyst'])('stands for the key of a %s', async (role) => {
    const key = await server.key(role);
    const cookie = await open(key);
    const seen = await server.send('/api/v1/session', withCookie(cookie));
    expect(await seen.json()).toEqual({ role, key_id: key.split('_')[1] });
    const keys = await server.send('/api/v1/api-keys', withCookie(cookie));
    expect(keys.status).toBe(role === 'admin' ? 200 : 403);
  });

  it('changes something only with a header that other sites cannot send', async () => {
    const cookie = await open(await server.key('admin'));
    const body = post({ name: 'till', role: 'analyst' });
    const forged = await server.send('/api/v1/api-keys', withCookie(cookie, body));
    expect([forged.status, (await forged.json()).code]).toEqual([403, 'forgery-suspected']);
    const own = { ...body, headers: { ...body.headers, ...FORGERY } };
    expect((await server.send('/api/v1/api-keys', withCookie(cookie, own))).status).toBe(201);
  });

  it('ends when it is closed, and its key goes on', async () => {
    const key = await server.key('merchant');
    const cookie = await open(key);
    const closed = await server.send(
      '/api/v1/session',
      withCookie(cookie, { method: 'DELETE', headers: FORGERY }),
    );
    expect(closed.status).toBe(204);
    expect(closed.headers.getSetCookie()[0]).toMatch(/^cf_session=; .*Max-Age=0/);
    expect((await server.send('/api/v1/session', withCookie(cookie))).status).toBe(401);
    expect((await server.send('/api/v1/session', { key })).status).toBe(200);
  });

  it('falls with its key, and ends after twelve hours', async () => {
    const revoked = await server.key('admin');
    const [fallen, late] = [await open(revoked), await open(await server.key('admin'))];
    await server.composed.dependencies.access.apiKeys.revoke(revoked.split('_')[1] ?? '');
    expect((await server.send('/api/v1/session', withCookie(fallen))).status).toBe(401);
    clock += SESSION_SECONDS * 1_000 - 1_000;
    expect((await server.send('/api/v1/session', withCookie(late))).status).toBe(200);
    clock += 1_000;
    expect((await server.send('/api/v1/session', withCookie(late))).status).toBe(401);
  });

  it('is not opened by another one, and its text is no key', async () => {
    const cookie = await open(await server.key('admin'));
    const again = await server.send(
      '/api/v1/session',
      withCookie(cookie, { method: 'POST', headers: FORGERY }),
    );
    expect(again.status).toBe(403);
    const text = cookie.split('=')[1] ?? '';
    expect((await server.send('/api/v1/session', { key: text })).status).toBe(401);
    const [prefix, id] = text.split('_');
    const guessed = `cf_session=${prefix}_${id}_${'A'.repeat(43)}`;
    expect((await server.send('/api/v1/session', withCookie(guessed))).status).toBe(401);
    expect(server.log()).not.toContain(text.split('_').slice(2).join('_'));
  });
});

describe('pages of other origins', () => {
  const asked = {
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'x-csrf-protection',
  };
  const preflight = (origin: string) =>
    server.send('/api/v1/session', { method: 'OPTIONS', headers: { origin, ...asked } });

  it('may use the API where they are named', async () => {
    const answer = await preflight(ORIGIN);
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(answer.headers.get('access-control-allow-credentials')).toBe('true');
    expect(answer.headers.get('access-control-allow-headers')).toContain('x-csrf-protection');
  });

  it('may not where they are not', async () => {
    for (const origin of ['https://evil.example', 'null', `${ORIGIN}.evil.example`]) {
      const answer = await preflight(origin);
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
      expect(answer.status).toBe(405);
    }
  });
});
