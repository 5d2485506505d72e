import { Link } from '@tanstack/react-router';
import { useLanguage } from '../i18n/locale.js';
import { useRole } from '../layout/use-session.js';
import { Card } from '../ui/page.js';

/** The way to the first forecast, in place of a page that has nothing to show. */
export function FirstSteps() {
  const { t } = useLanguage();
  const role = useRole();
  return (
    <Card title={t('steps.title')}>
      {role === 'admin' ? (
        <ol className="steps">
          <li>
            <Link to="/data">{t('steps.upload')}</Link>
            <p className="quiet">{t('data.file.hint')}</p>
          </li>
          <li>
            <Link to="/data">{t('training.start')}</Link>
            <p className="quiet">{t('steps.train.hint')}</p>
          </li>
        </ol>
      ) : (
        <p>{t('steps.wait')}</p>
      )}
      <p className="quiet">{t('steps.then')}</p>
    </Card>
  );
}
