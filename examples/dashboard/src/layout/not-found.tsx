import { Link } from '@tanstack/react-router';
import { useLanguage } from '../i18n/locale.js';

export function NotFound() {
  const { t } = useLanguage();
  return (
    <div className="problem">
      <p>{t('app.notFound')}</p>
      <Link to="/">{t('app.notFound.back')}</Link>
    </div>
  );
}
