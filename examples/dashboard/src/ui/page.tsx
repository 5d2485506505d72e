import { type ReactNode, useEffect } from 'react';
import { useLanguage } from '../i18n/locale.js';

interface PageProps {
  readonly title: string;
  readonly subtitle?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A page with its heading, which is the title of the window too. */
export function Page({ title, subtitle, actions, children }: PageProps) {
  const { t } = useLanguage();
  useEffect(() => {
    document.title = `${title} · ${t('app.name')}`;
  }, [title, t]);
  return (
    <>
      <header className="page-head">
        <div>
          <h1>{title}</h1>
          {subtitle && <p className="quiet">{subtitle}</p>}
        </div>
        {actions && <div className="page-actions">{actions}</div>}
      </header>
      {children}
    </>
  );
}

interface CardProps {
  readonly title: string;
  readonly note?: ReactNode;
  readonly actions?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A section of a page with a heading. */
export function Card({ title, note, actions, className = '', children }: CardProps) {
  return (
    <section className={`card ${className}`} aria-label={title}>
      <header className="card-head">
        <h2>{title}</h2>
        {actions}
      </header>
      {children}
      {note && <p className="note">{note}</p>}
    </section>
  );
}
