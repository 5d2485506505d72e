import { toProblem } from '../api/problem.js';
import { useLanguage } from '../i18n/locale.js';
import { Button } from './button.js';

/** Shows what went wrong, in the language of the page, and what to do about it. */
export function ProblemBox({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const { t, tMaybe, locale } = useLanguage();
  const problem = toProblem(error);
  const known = tMaybe(`problem.${problem.code}`);
  const hint = tMaybe(`problem.${problem.code}.hint`) ?? (locale === 'en' ? problem.hint : undefined);
  // Only the server knows what is wrong with an input.
  const detail = problem.status === 400 || known === undefined ? problem.message : known;
  return (
    <div className="problem" role="alert">
      <p>
        <strong>{t('problem.title')}.</strong> {detail}
      </p>
      {(hint ?? problem.hint) && <p>{hint ?? problem.hint}</p>}
      {problem.requestId && <p className="quiet">{t('problem.requestId', { id: problem.requestId })}</p>}
      {onRetry && <Button onClick={onRetry}>{t('problem.retry')}</Button>}
    </div>
  );
}
