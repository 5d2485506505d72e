/** Place of what is wrong: names and positions. */
type ProblemPath = readonly (string | number)[];

/** Code of the server while there is no forecast yet. */
export const NOT_TRAINED = 'not-trained';

interface ProblemFacts {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly hint?: string | undefined;
  readonly path: ProblemPath;
  readonly requestId?: string | undefined;
}

/** An error response of the server with its problem details, or an unreachable server. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  readonly code: string;
  readonly hint: string | undefined;
  readonly path: ProblemPath;
  readonly requestId: string | undefined;

  constructor({ status, code, detail, hint, path, requestId }: ProblemFacts, options?: ErrorOptions) {
    super(detail, options);
    this.status = status;
    this.code = code;
    this.hint = hint;
    this.path = path;
    this.requestId = requestId;
  }

  /** Reads the body of an error response of any kind. */
  static from(status: number, body: unknown): ApiProblem {
    const { code, detail, hint, path, request_id } = isObject(body) ? body : {};
    return new ApiProblem({
      status,
      // Whatever stands before the server answers in words of its own while the server is away.
      code: text(code) ?? (status >= 500 ? 'unavailable' : status >= 400 ? 'refused' : 'unknown'),
      detail: text(detail) ?? `HTTP ${status}`,
      hint: text(hint),
      path: Array.isArray(path)
        ? path.filter((part) => typeof part === 'string' || typeof part === 'number')
        : [],
      requestId: text(request_id),
    });
  }

  static unreachable(cause: unknown): ApiProblem {
    return new ApiProblem(
      { status: 0, code: 'unreachable', detail: 'The server cannot be reached.', path: [] },
      { cause },
    );
  }
}

/** Turns any thrown value into a problem. */
export function toProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  const detail = error instanceof Error ? error.message : String(error);
  // What reads files in the browser refuses them by the codes of the server.
  const code = isObject(error) ? text(error['code']) : undefined;
  const facts = code === undefined ? { status: 0, code: 'unknown' } : { status: 400, code };
  return new ApiProblem({ ...facts, detail, path: [] }, { cause: error });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
