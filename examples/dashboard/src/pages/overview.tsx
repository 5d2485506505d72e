import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ApiProblem, NOT_TRAINED } from '../api/problem.js';
import { categoriesQuery, modelQuery, productsQuery } from '../api/queries.js';
import { seesProducts } from '../api/roles.js';
import type { MessageKey } from '../i18n/en.js';
import { useLanguage } from '../i18n/locale.js';
import { usePeriod } from '../layout/use-period.js';
import { useRole } from '../layout/use-session.js';
import { Answer } from '../ui/answer.js';
import { InTurn, Turn } from '../ui/in-turn.js';
import { Card, Page } from '../ui/page.js';
import { PeriodDays } from '../ui/period-days.js';
import { PeriodSwitch } from '../ui/period-switch.js';
import { AttentionCard } from './attention-card.js';
import { CategoryTable } from './category-table.js';
import { FirstSteps } from './first-steps.js';
import { MoversCard } from './movers-card.js';
import { ProductTable } from './product-table.js';
import { RevenueStat } from './revenue-stat.js';
import { type Categories, wholeShop } from './shop-totals.js';
import { Stat } from './stat.js';

const BEST_SELLERS = 10;
/** Time between two looks for the first forecast. */
const UNTRAINED_PAUSE_MS = 10_000;

/** The shop at a glance: what it will sell, the biggest changes, and what needs attention. */
export default function OverviewPage() {
  const { t } = useLanguage();
  const [period, setPeriod] = usePeriod();
  const role = useRole();
  const categories = useQuery({
    ...categoriesQuery(period),
    refetchInterval: ({ state }) => (isUntrained(state.error) ? UNTRAINED_PAUSE_MS : false),
  });
  if (isUntrained(categories.error) && !categories.data) {
    return (
      <Page title={t('overview.title')}>
        <FirstSteps />
      </Page>
    );
  }
  return (
    <Page
      title={t('overview.title')}
      subtitle={<PeriodDays answer={categories.data} />}
      actions={<PeriodSwitch value={period} onChange={setPeriod} />}
    >
      <div className="stats">
        <Answer
          query={categories}
          waiting={
            <>
              <WaitingStat title="overview.units" note="overview.range.note" />
              <WaitingStat title="overview.revenue" note="overview.revenue.note" />
            </>
          }
        >
          {(data) => (
            <>
              <UnitsStat categories={data} />
              <RevenueStat categories={data} />
            </>
          )}
        </Answer>
        <ModelStats />
      </div>
      <InTurn turns={4}>
        <div className="grid-main">
          <div className="column">
            <Turn at={1}>
              <AttentionCard />
            </Turn>
            <Turn at={2}>
              <MoversCard />
            </Turn>
          </div>
          <div className="column">
            <Turn at={3}>{seesProducts(role) && <BestSellers />}</Turn>
            <Turn at={4}>
              <CategoriesCard />
            </Turn>
          </div>
        </div>
      </InTurn>
    </Page>
  );
}

function isUntrained(error: unknown): boolean {
  return error instanceof ApiProblem && error.code === NOT_TRAINED;
}

function UnitsStat({ categories }: { readonly categories: Categories }) {
  const { t, format } = useLanguage();
  const { expected, lower, upper } = wholeShop(categories);
  return (
    <Stat
      title={t('overview.units')}
      value={format.number(expected)}
      unit={t('units')}
      detail={t('interval', {
        level: format.percent(categories.confidence_level),
        lower: format.number(lower),
        upper: format.number(upper),
      })}
      note={t('overview.range.note')}
    />
  );
}

function ModelStats() {
  const { t, format } = useLanguage();
  const query = useQuery(modelQuery);
  return (
    <Answer
      query={query}
      waiting={
        <>
          <WaitingStat title="overview.accuracy" />
          <WaitingStat title="overview.model" />
        </>
      }
    >
      {({ validation, trained_at, last_day, model_version }) => (
        <>
          <Stat
            title={t('overview.accuracy')}
            value={validation ? format.percent(validation.categories.accuracy) : '–'}
            note={
              validation
                ? t('overview.accuracy.note', { days: format.number(validation.days) })
                : t('overview.accuracy.none')
            }
          />
          <Stat
            title={t('overview.model')}
            value={`#${model_version.split('@').at(-1) ?? ''}`}
            detail={t('overview.model.age', {
              age: format.ago(Date.now() - Date.parse(trained_at)),
              day: format.day(last_day),
            })}
          />
        </>
      )}
    </Answer>
  );
}

function WaitingStat({ title, note }: { readonly title: MessageKey; readonly note?: MessageKey }) {
  const { t } = useLanguage();
  return <Stat title={t(title)} value={undefined} note={note && t(note)} />;
}

function BestSellers() {
  const { t, format } = useLanguage();
  const [period] = usePeriod();
  const query = useQuery(productsQuery(period));
  return (
    <Card
      title={t('overview.best')}
      actions={
        <Link to="/products" search={{ period }}>
          {t('overview.best.all')}
        </Link>
      }
      note={query.data && t('overview.best.note', { level: format.percent(query.data.confidence_level) })}
    >
      <Answer query={query} lines={BEST_SELLERS}>
        {({ products, confidence_level }) => (
          <ProductTable
            products={products.slice(0, BEST_SELLERS)}
            level={confidence_level}
            caption={t('overview.best')}
            isCompact
          />
        )}
      </Answer>
    </Card>
  );
}

function CategoriesCard() {
  const { t } = useLanguage();
  const [period] = usePeriod();
  const query = useQuery(categoriesQuery(period));
  return (
    <Card title={t('overview.categories')}>
      <Answer query={query}>
        {(categories) => (
          <CategoryTable categories={categories} caption={t('overview.categories')} isCompact />
        )}
      </Answer>
    </Card>
  );
}
