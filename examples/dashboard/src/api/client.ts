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

type Strings = Readonly<Record<string, string>>;

/** Data that a path of the API answers with. */
type AnswerOf<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': infer Data } } } };
}
  ? Data
  : never;

interface AheadOptions<Data> {
  readonly query?: Strings;
  /** Values of the places in the path. */
  readonly path?: Strings;
  /** Asks for what follows from the answer. */
  readonly onData?: (data: Data) => void;
}

/** Asks for what {@link api} will be asked for soon. */
export function askAhead<Path extends keyof paths>(
  path: Path,
  { query = {}, path: places = {}, onData }: AheadOptions<AnswerOf<Path>> = {},
): void {
  // As the client writes it: the address is how the two are found to be the same.
  const search = Object.entries(query)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
  const place = path.replaceAll(/\{(\w+)\}/g, (whole, name: string) => places[name] ?? whole);
  const request = new Request(`${API_URL}${place}${search && `?${search}`}`, SESSION);
  sendAhead(request, onData && ((data) => onData(data as AnswerOf<Path>)));
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
