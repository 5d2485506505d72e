import type { ApiProblem } from '../api/problem.js';
import type { FirstKey } from '../i18n/first/en.js';
import type { Texts } from '../i18n/texts.js';

export interface ProblemTexts {
  readonly title: string;
  readonly detail: string;
  readonly hint: string | undefined;
  /** The report in English, where it says more. */
  readonly words: string | undefined;
  readonly request: string | undefined;
}

/** Refusals of what was asked, not of who asks: only the server knows what is wrong with an input. */
const ABOUT_INPUT: ReadonlySet<number> = new Set([400, 405, 408, 409, 413, 415, 422]);

/** Description of what went wrong, in the language of the page, and what to do about it. */
export function problemTexts(problem: ApiProblem, { t, tMaybe }: Texts<FirstKey>): ProblemTexts {
  const { code, status, message, hint, requestId } = problem;
  const name = [code, codeOf(status)].find((known) => tMaybe(`problem.${known}`) !== undefined);
  const own = name === undefined ? undefined : tMaybe(`problem.${name}`);
  const reported = [message, hint].filter((text) => text !== undefined).join(' ');
  const isTold = own !== undefined && name === code && code !== 'unknown' && !ABOUT_INPUT.has(status);
  return {
    title: t('problem.title'),
    detail: own ?? message,
    hint: own === undefined ? hint : tMaybe(`problem.${name}.hint`),
    words: isTold || own === undefined ? undefined : reported,
    request: requestId === undefined ? undefined : t('problem.requestId', { id: requestId }),
  };
}

/** Code that describes a status of an answer whose own is not known. */
function codeOf(status: number): string {
  if (status >= 500) return 'internal';
  return status >= 400 ? 'refused' : 'unknown';
}
