import { Link } from '@tanstack/react-router';
import { useLanguage } from '../i18n/locale.js';
import { Page } from '../ui/page.js';

export function NotFound() {
  const { t } = useLanguage();
  return (
    <Page title={t('app.notFound')}>
      <p>
        <Link to="/">{t('app.notFound.back')}</Link>
      </p>
    </Page>
  );
}
