import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useLocation, useRouter } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { sessionQuery } from '../api/queries.js';
import type { Role } from '../api/roles.js';
import type { MessageKey } from '../i18n/en.js';
import { useLanguage } from '../i18n/locale.js';
import { OfflineBanner, UpdateBanner } from '../offline/banners.js';
import { SettingsMenu } from './settings-menu.js';

const ALL: readonly Role[] = ['admin', 'merchant', 'analyst'];
const PRODUCTS: readonly Role[] = ['admin', 'merchant'];
const ADMIN: readonly Role[] = ['admin'];

const PAGES = [
  { to: '/', name: 'nav.overview', roles: ALL },
  { to: '/categories', name: 'nav.categories', roles: ALL },
  { to: '/products', name: 'nav.products', roles: PRODUCTS },
  { to: '/plan', name: 'nav.plan', roles: PRODUCTS },
  { to: '/stock', name: 'nav.stock', roles: PRODUCTS },
  { to: '/data', name: 'nav.data', roles: ADMIN },
  { to: '/models', name: 'nav.models', roles: ADMIN },
  { to: '/keys', name: 'nav.keys', roles: ADMIN },
] as const satisfies readonly { to: string; name: MessageKey; roles: readonly Role[] }[];

/** The frame of all pages behind the sign-in. */
export function AppLayout() {
  const { t } = useLanguage();
  const session = useQuery(sessionQuery);
  const { pathname } = useLocation();
  const router = useRouter();
  const isOver = session.data === null;
  useEffect(() => {
    // The session has ended while the page was open: its route asks for another.
    if (isOver) void router.invalidate();
  }, [isOver, router]);
  const pages = useRef<HTMLUListElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the link of another page is another one.
  useEffect(() => showCurrent(pages.current), [pathname]);
  const role = session.data?.role ?? 'analyst';
  return (
    <div className="frame">
      <a className="skip" href="#content">
        {t('app.skip')}
      </a>
      <header className="bar">
        <Link to="/" className="brand" search={keepPeriod}>
          <img src="/icon.svg" alt="" width="24" height="24" />
          <span>{t('app.name')}</span>
        </Link>
        <nav aria-label={t('nav.label')}>
          <ul ref={pages}>
            {PAGES.filter(({ roles }) => roles.includes(role)).map(({ to, name }) => (
              <li key={to}>
                <Link to={to} search={keepPeriod} activeOptions={{ exact: to === '/', includeSearch: false }}>
                  {t(name)}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <SettingsMenu role={role} />
      </header>
      <main id="content" tabIndex={-1}>
        <OfflineBanner />
        <UpdateBanner />
        {mayOpen(pathname, role) ? <Outlet /> : <Forbidden role={role} />}
      </main>
    </div>
  );
}

/** Scrolls a list of pages, which may be wider than a phone, to the current one. */
function showCurrent(list: HTMLElement | null): void {
  const link = list?.querySelector<HTMLElement>('[aria-current=page]');
  if (!list || !link) return;
  // Not `scrollIntoView`, from which the Tab key would go on.
  list.scrollLeft = link.offsetLeft - list.offsetLeft - (list.clientWidth - link.offsetWidth) / 2;
}

/** True if a role sees the page at a path; the server refuses its data anyway. */
function mayOpen(pathname: string, role: Role): boolean {
  const page = PAGES.find(({ to }) => to !== '/' && pathname.startsWith(to));
  return page === undefined || page.roles.includes(role);
}

function Forbidden({ role }: { readonly role: Role }) {
  const { t } = useLanguage();
  return (
    <div className="problem" role="alert">
      <p>{t('app.forbidden', { role: t(`role.${role}`) })}</p>
      <Link to="/">{t('app.notFound.back')}</Link>
    </div>
  );
}

function keepPeriod<Search>(search: Search): Search {
  return search;
}
