import { expect } from 'vitest';
import type { TestServer } from './server-fixture.js';

/** Where the server says that it is reached. */
export const DASHBOARD = 'http://127.0.0.1:3000';
export const BEGIN = '/api/v1/sign-in/begin';
export const CALLBACK = '/api/v1/sign-in/callback';

/** A browser as far as this goes: it keeps cookies by name, and follows nothing. */
export class SignInBrowser {
  readonly #server: TestServer;
  readonly cookies = new Map<string, string>();
  /** Attributes of the cookies as they were set last. */
  readonly attributes = new Map<string, string>();

  constructor(server: TestServer) {
    this.#server = server;
  }

  async visit(path: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { cookie, ...init.headers };
    const response = await this.#server.send(path, { redirect: 'manual', ...init, headers });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = '', attributes = ''] = /^([^=]+)=([^;]*); (.*)$/.exec(line) ?? [];
      if (attributes.includes('Max-Age=0')) this.cookies.delete(name);
      else this.cookies.set(name, value);
      this.attributes.set(name, attributes);
    }
    return response;
  }

  /** Begins a sign-in; returns the address at the provider. */
  async begin(next?: string): Promise<URL> {
    const query = next === undefined ? '' : `?${new URLSearchParams({ next })}`;
    const response = await this.visit(BEGIN + query);
    expect(response.status).toBe(303);
    return new URL(response.headers.get('location') ?? '');
  }

  /** Comes back from the provider; returns where the server leads. */
  async comeBack(path: string): Promise<URL> {
    const response = await this.visit(path);
    expect(response.status).toBe(303);
    expect(response.headers.get('cache-control')).toBe('no-store');
    return new URL(response.headers.get('location') ?? '');
  }

  /** Signs in; returns where the server leads in the end. */
  async signIn(next?: string): Promise<URL> {
    return this.comeBack(await pathBack(await this.begin(next)));
  }
}

/** Path that the provider sends a browser back to. */
export async function pathBack(address: URL): Promise<string> {
  const response = await fetch(address, { redirect: 'manual' });
  expect(response.status).toBe(302);
  const back = new URL(response.headers.get('location') ?? '');
  expect(back.origin + back.pathname).toBe(DASHBOARD + CALLBACK);
  return back.pathname + back.search;
}
