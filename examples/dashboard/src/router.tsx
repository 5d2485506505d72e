import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { DEFAULT_PERIOD, periodNamed, type TimePeriod } from './api/periods.js';
import { type Subject, sessionQuery } from './api/queries.js';
import { NotFound } from './layout/not-found.js';
import { dataAnswers, modelsAnswers } from './pages/admin-answers.js';
import { detailAnswers } from './pages/detail-answers.js';
import { overviewAnswers } from './pages/overview-answers.js';
import { PAGE_SCRIPTS, type PagePath } from './pages/page-scripts.js';
import { stockSearch } from './pages/stock/stock-terms.js';
import { signInAddress } from './sign-in/addresses.js';
import { ProblemBox } from './ui/problem-box.js';

interface RouterContext {
  readonly client: QueryClient;
}

interface PeriodSearch {
  readonly period?: TimePeriod;
}

/** The period of an address; anything else in its place is left out. */
function periodSearch(search: Readonly<Record<string, unknown>>): PeriodSearch {
  // Undefined, not missing: the router keeps what a page does not name.
  return { period: periodNamed(search['period']) };
}

const root = createRootRouteWithContext<RouterContext>()({
  component: Outlet,
  errorComponent: ({ error }) => (
    <main id="content">
      <PageProblem error={error} />
    </main>
  ),
});

/** Stands in for a page that failed, such as one whose script could not be loaded. */
function PageProblem({ error }: { readonly error: unknown }) {
  return <ProblemBox error={error} onRetry={() => location.reload()} />;
}

/** Everything that asks for a session. */
const app = createRoute({
  getParentRoute: () => root,
  id: 'app',
  validateSearch: periodSearch,
  beforeLoad: async ({ context: { client }, location }) => {
    const session = await client.ensureQueryData({ ...sessionQuery, revalidateIfStale: true });
    if (!session) throw redirect({ href: signInAddress(location.href), reloadDocument: true });
  },
  component: lazyRouteComponent(() => import('./layout/app-layout.js'), 'AppLayout'),
});

const page = <Path extends PagePath>(path: Path, answers?: (client: QueryClient) => Promise<void>) =>
  createRoute({
    getParentRoute: () => app,
    path,
    component: lazyRouteComponent<{ default: () => React.ReactNode }, 'default'>(PAGE_SCRIPTS[path]),
    loader: ({ context: { client } }) => answers?.(client),
  });

const periodOf = ({ search: { period = DEFAULT_PERIOD } }: { readonly search: PeriodSearch }) => ({ period });

interface DetailVisit {
  readonly context: RouterContext;
  readonly deps: { readonly period: TimePeriod };
  readonly cause: 'enter' | 'stay' | 'preload';
}

/** The answers of a page about a product or category. */
function detailOf(subject: Subject, { context: { client }, deps: { period }, cause }: DetailVisit) {
  // Whoever moves along the links of a table asks for nothing yet.
  if (cause === 'preload') return undefined;
  const answers = detailAnswers(client, subject, period);
  return cause === 'stay' ? undefined : answers;
}

const overviewRoute = createRoute({
  getParentRoute: () => app,
  path: '/',
  component: lazyRouteComponent(PAGE_SCRIPTS['/']),
  loaderDeps: periodOf,
  loader: ({ context: { client }, deps: { period }, cause }) => {
    const answers = overviewAnswers(client, period);
    // Another period is shown as chosen at once.
    return cause === 'stay' ? undefined : answers;
  },
});
const categoriesRoute = page('/categories');
export const categoryRoute = createRoute({
  getParentRoute: () => app,
  path: '/categories/$category',
  component: lazyRouteComponent(PAGE_SCRIPTS['/categories/$category']),
  loaderDeps: periodOf,
  loader: ({ params, ...visit }) => detailOf(params, visit),
});
const productsRoute = page('/products');
export const productRoute = createRoute({
  getParentRoute: () => app,
  path: '/products/$productId',
  component: lazyRouteComponent(PAGE_SCRIPTS['/products/$productId']),
  loaderDeps: periodOf,
  loader: ({ params: { productId }, ...visit }) => detailOf({ product_id: productId }, visit),
});
const planRoute = page('/plan');
export const stockRoute = createRoute({
  getParentRoute: () => app,
  path: '/stock',
  validateSearch: stockSearch,
  component: lazyRouteComponent(PAGE_SCRIPTS['/stock']),
});
const dataRoute = page('/data', dataAnswers);
const modelsRoute = page('/models', modelsAnswers);
const keysRoute = page('/keys');
/** Every other address: the way to all pages is around what it says. */
const nowhereRoute = createRoute({ getParentRoute: () => app, path: '$', component: NotFound });

const routeTree = root.addChildren([
  app.addChildren([
    overviewRoute,
    categoriesRoute,
    categoryRoute,
    productsRoute,
    productRoute,
    planRoute,
    stockRoute,
    dataRoute,
    modelsRoute,
    keysRoute,
    nowhereRoute,
  ]),
]);

export function createAppRouter(client: QueryClient) {
  return createRouter({
    routeTree,
    context: { client },
    defaultPreload: 'intent',
    scrollRestoration: true,
    defaultNotFoundComponent: NotFound,
    defaultErrorComponent: PageProblem,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
