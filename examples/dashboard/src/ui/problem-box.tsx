import { toProblem } from '../api/problem.js';
import { useLanguage } from '../i18n/locale.js';
import { Button } from './button.js';
import { problemTexts } from './problem-texts.js';

/** Shows what went wrong, in the language of the page, and what to do about it. */
export function ProblemBox({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const language = useLanguage();
  const { title, detail, hint, words, request } = problemTexts(toProblem(error), language);
  return (
    <div className="problem" role="alert">
      <p>
        <strong>{title}.</strong> {detail}
      </p>
      {hint && <p>{hint}</p>}
      {words && (
        <p className="note">
          {language.t('problem.words')} <span lang="en">{words}</span>
        </p>
      )}
      {request && <p className="quiet">{request}</p>}
      {onRetry && <Button onClick={onRetry}>{language.t('problem.retry')}</Button>}
    </div>
  );
}
