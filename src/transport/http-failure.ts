import { ForecastError, type ForecastErrorCode } from '../errors.js';

/** Facts about a failed request that are safe to show: without query, headers, body or secrets. */
export interface HttpFailureDetails {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  /** Status of the answer; undefined if there was none. */
  readonly status?: number;
  /** Start of the service's own message, with secrets redacted. */
  readonly detail?: string;
}

/** The `cause` of an error of the transport. It never holds the request itself, which carries secrets. */
export class HttpFailure extends Error {
  readonly details: HttpFailureDetails;

  constructor(message: string, details: HttpFailureDetails) {
    super(message);
    this.name = 'HttpFailure';
    this.details = details;
  }
}

/** HTTP status behind an error of the transport; undefined for any other error. */
export function httpStatusOf(error: unknown): number | undefined {
  if (!ForecastError.is(error)) return undefined;
  return error.cause instanceof HttpFailure ? error.cause.details.status : undefined;
}

/** Tells whether sending the same request again later may help. */
export function isTransientStatus(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

const HINTS: Partial<Record<ForecastErrorCode, string>> = {
  unauthorized: 'Check the credentials and what they are allowed to read.',
  'limit-exceeded': 'The service asks for fewer requests; try again later.',
  unavailable: 'The service does not work at the moment; try again later.',
};

export function statusError(status: number, details: HttpFailureDetails): ForecastError {
  return httpError(codeOfStatus(status), `answered ${status}`, { ...details, status });
}

export function httpError(
  code: ForecastErrorCode,
  what: string,
  details: HttpFailureDetails,
  hint = HINTS[code],
): ForecastError {
  const { method, host, path, detail } = details;
  const message = `${method} ${host}${path} ${what}${detail ? `: ${detail}` : ''}`;
  return new ForecastError(code, message, { path: [host], hint, cause: new HttpFailure(message, details) });
}

function codeOfStatus(status: number): ForecastErrorCode {
  if (status === 401 || status === 403) return 'unauthorized';
  if (status === 404 || status === 410) return 'not-found';
  if (status === 408) return 'timeout';
  if (status === 413 || status === 429) return 'limit-exceeded';
  if (status >= 500) return 'unavailable';
  return 'invalid-option';
}

/** Redacts secrets in a text, also where they are percent-encoded or in base64. */
export function redact(text: string, secrets: readonly string[]): string {
  let redacted = text;
  for (const secret of secrets) {
    if (secret === '') continue;
    for (const form of [secret, encodeURIComponent(secret), toBase64(secret)]) {
      redacted = redacted.replaceAll(form, '***');
    }
  }
  return redacted;
}

/** Base64 of the UTF-8 bytes of a text. */
export function toBase64(text: string): string {
  let binary = '';
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
}
