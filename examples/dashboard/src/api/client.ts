import createClient from 'openapi-fetch';
import { send, sendAhead } from './ahead.js';
import { ApiProblem } from './problem.js';
import type { components, paths } from './schema.js';

export type Schemas = components['schemas'];

/** Address of the API where it is not that of the page; set at build time. */
export const API_URL: string = import.meta.env.VITE_API_URL ?? '';

/** The session is a cookie that no script sees; the header shows that the request comes from this page. */
const SESSION = { credentials: 'include', headers: { 'X-CSRF-Protection': '1' } } as const;

export const api = createClient<paths>({ baseUrl: API_URL, fetch: send, ...SESSION });

/** Asks for what {@link api} will be asked for soon. */
export function askAhead(path: keyof paths, query: Readonly<Record<string, string>> = {}): void {
  const search = new URLSearchParams(query).toString();
  sendAhead(new Request(`${API_URL}${path}${search && `?${search}`}`, SESSION));
}

interface Outcome<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/**
 * The data of an answer.
 *
 * @throws ApiProblem with what the server said, or that it could not be reached.
 */
export async function dataOf<T>(request: Promise<Outcome<T>>): Promise<T> {
  const { data, error, response } = await request.catch((cause: unknown) => {
    throw ApiProblem.unreachable(cause);
  });
  if (!response.ok) throw ApiProblem.from(response.status, error);
  if (data === undefined) throw ApiProblem.from(response.status, undefined);
  return data;
}

/** Waits for a request whose answer is empty. @throws ApiProblem as {@link dataOf}. */
export async function done(request: Promise<Outcome<unknown>>): Promise<void> {
  const { error, response } = await request.catch((cause: unknown) => {
    throw ApiProblem.unreachable(cause);
  });
  if (!response.ok) throw ApiProblem.from(response.status, error);
}
