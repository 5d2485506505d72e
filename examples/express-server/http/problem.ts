import { type ErrorPath, ForecastError, type ForecastErrorCode } from 'commerce-forecast';
import * as z from 'zod';

/** RFC 9457 problem details, with the code, the path of the culprit and what to do. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    instance: z.string(),
    code: z.string(),
    path: z.array(z.union([z.string(), z.number()])),
    hint: z.string().optional(),
    errors: z
      .array(z.object({ path: z.array(z.union([z.string(), z.number()])), message: z.string() }))
      .optional(),
    request_id: z.string(),
  })
  .meta({ id: 'Problem', description: 'Problem details as of RFC 9457.' });

export type Problem = z.output<typeof problemSchema>;
export type ProblemError = NonNullable<Problem['errors']>[number];

export interface HttpProblemOptions {
  readonly path?: ErrorPath;
  readonly hint?: string;
  readonly errors?: readonly ProblemError[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error that its receiver may read as it is. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly status: number;
  readonly code: string;
  readonly options: HttpProblemOptions;

  constructor(status: number, code: string, detail: string, options: HttpProblemOptions = {}) {
    super(detail);
    this.status = status;
    this.code = code;
    this.options = options;
  }
}

const RETRY_SECONDS = '5';

/** Status of each code; messages of codes below 500 are written for the caller, others stay in the log. */
const STATUS: Readonly<Record<ForecastErrorCode, number>> = {
  'invalid-option': 400,
  'invalid-data': 400,
  'empty-data': 409,
  'too-short': 409,
  'not-trained': 503,
  'not-found': 404,
  'missing-dependency': 500,
  'engine-failed': 500,
  'invalid-model': 500,
  conflict: 409,
  'key-reused': 422,
  unavailable: 503,
  unauthorized: 401,
  'limit-exceeded': 503,
  timeout: 504,
  aborted: 503,
};

const FAILED = 'The server failed to answer. The request id finds the reason in its log.';

/** Text for callers about other failures. */
const SERVER_DETAIL: Readonly<Record<number, string>> = {
  503: 'A service that the answer needs is not available at the moment.',
  504: 'A service that the answer needs took too long.',
};

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** Turns any thrown value into a problem for the client; details of unexpected errors stay on the server. */
export function toHttpProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (ForecastError.is(error)) return fromForecastError(error);
  return fromParserError(error) ?? new HttpProblem(500, 'internal', FAILED);
}

/** The body of a problem. */
export function problemBody(problem: HttpProblem, instance: string, requestId: string): Problem {
  const { path = [], hint, errors } = problem.options;
  return {
    type: `urn:commerce-forecast:problem:${problem.code}`,
    title: TITLES[problem.status] ?? 'Error',
    status: problem.status,
    detail: problem.message,
    instance,
    code: problem.code,
    path: [...path],
    ...(hint === undefined ? {} : { hint }),
    ...(errors === undefined ? {} : { errors: [...errors] }),
    request_id: requestId,
  };
}

/**
 * Runs work whose limits are those of the question or of what is stored, and not of the server: `limit-exceeded` is
 * answered with the given status.
 */
export async function withLimitsAs<T>(status: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!ForecastError.is(error) || error.code !== 'limit-exceeded') throw error;
    const { code, message, path, hint } = error;
    throw new HttpProblem(status, code, message, { path, hint });
  }
}

function fromForecastError(error: ForecastError): HttpProblem {
  const status = STATUS[error.code] ?? 500;
  if (error.code === 'not-trained') {
    return new HttpProblem(status, error.code, 'There is no forecast yet: no model has been trained.', {
      hint: 'Ingest sales and start a training, or wait for the one under way.',
      headers: { 'retry-after': RETRY_SECONDS },
    });
  }
  if (status < 500) {
    return new HttpProblem(status, error.code, error.message, { path: error.path, hint: error.hint });
  }
  const headers: Record<string, string> = status === 503 ? { 'retry-after': RETRY_SECONDS } : {};
  return new HttpProblem(status, error.code, SERVER_DETAIL[status] ?? FAILED, { headers });
}

/** Codes by the `type` of errors of the body parser. */
const PARSER_PROBLEMS: Readonly<Record<string, readonly [status: number, code: string, detail: string]>> = {
  'entity.too.large': [413, 'body-too-large', 'The body is larger than this endpoint takes.'],
  'entity.parse.failed': [400, 'invalid-json', 'The body is not valid JSON.'],
  'encoding.unsupported': [415, 'unsupported-encoding', 'The Content-Encoding is not supported.'],
  'charset.unsupported': [415, 'unsupported-charset', 'The charset of the body is not supported.'],
  'request.aborted': [400, 'request-aborted', 'The request ended before its body did.'],
  'request.size.invalid': [400, 'wrong-length', 'The body does not have the length of Content-Length.'],
};

/** Errors that Express and its body parser throw for requests that are wrong. */
function fromParserError(error: unknown): HttpProblem | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { status, type } = error as { status?: unknown; type?: unknown };
  const known = typeof type === 'string' ? PARSER_PROBLEMS[type] : undefined;
  if (known) return new HttpProblem(...known);
  if (typeof status !== 'number' || status < 400 || status >= 500) return undefined;
  return new HttpProblem(400, 'bad-request', 'The request is malformed.');
}
