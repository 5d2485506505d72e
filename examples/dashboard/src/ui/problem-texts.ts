import type { ApiProblem } from '../api/problem.js';
import type { FirstKey } from '../i18n/first/en.js';
import type { Locale } from '../i18n/locales.js';
import type { Texts } from '../i18n/texts.js';

export interface ProblemTexts {
  readonly title: string;
  readonly detail: string;
  readonly hint: string | undefined;
  readonly request: string | undefined;
}

/** Description of what went wrong, in the language of the page where it is known, and what to do about it. */
export function problemTexts(
  problem: ApiProblem,
  { t, tMaybe }: Texts<FirstKey>,
  locale: Locale,
): ProblemTexts {
  const known = tMaybe(`problem.${problem.code}`);
  const hint = tMaybe(`problem.${problem.code}.hint`) ?? (locale === 'en' ? problem.hint : undefined);
  return {
    title: t('problem.title'),
    // Only the server knows what is wrong with an input.
    detail: problem.status === 400 || known === undefined ? problem.message : known,
    hint: hint ?? problem.hint,
    request: problem.requestId === undefined ? undefined : t('problem.requestId', { id: problem.requestId }),
  };
}
