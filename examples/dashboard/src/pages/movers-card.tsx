import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { categoriesQuery, categoryTotalsQuery, productsQuery } from '../api/queries.js';
import { seesProducts } from '../api/roles.js';
import { useLanguage } from '../i18n/locale.js';
import { usePeriod } from '../layout/use-period.js';
import { useRole } from '../layout/use-session.js';
import { Answer } from '../ui/answer.js';
import { Card } from '../ui/page.js';
import { TrendMark } from '../ui/trend-mark.js';
import type { ProductForecast } from './product-table.js';
import { type Categories, yearBefore, yearChanges } from './shop-totals.js';

const SHOWN = 5;

/** Lists what sells more or less than it did, categories and products. */
export function MoversCard() {
  const { t } = useLanguage();
  const [period] = usePeriod();
  const categories = useQuery(categoriesQuery(period));
  return (
    <Card title={t('overview.movers')}>
      <h3>{t('overview.movers.year')}</h3>
      <Answer query={categories}>{(answer) => <YearMovers categories={answer} />}</Answer>
      {seesProducts(useRole()) && <TrendMovers />}
    </Card>
  );
}

function YearMovers({ categories }: { readonly categories: Categories }) {
  const { t, format } = useLanguage();
  const [period] = usePeriod();
  const totals = useQuery(categoryTotalsQuery(...yearBefore(categories)));
  return (
    <Answer query={totals}>
      {(before) => {
        const changes = yearChanges(categories, before.categories).slice(0, SHOWN);
        if (changes.length === 0) return <p className="quiet">{t('overview.movers.noYear')}</p>;
        return (
          <ul className="list">
            {changes.map(({ category, change, expected, before: past, isClear }) => (
              <li key={category}>
                <Link to="/categories/$category" params={{ category }} search={{ period }}>
                  {category}
                </Link>
                <span className="numeric">
                  {format.number(past)} → {format.number(expected)} {t('units.short')}{' '}
                  <TrendMark
                    trend={{
                      direction: change > 0 ? 'up' : 'down',
                      base: 'year-before',
                      percent: 100 * change,
                      significant: isClear,
                    }}
                  />
                </span>
              </li>
            ))}
          </ul>
        );
      }}
    </Answer>
  );
}

function TrendMovers() {
  const { t, format } = useLanguage();
  const [period] = usePeriod();
  const query = useQuery(productsQuery(period));
  return (
    <>
      <h3>{t('overview.movers.trend')}</h3>
      <Answer query={query}>
        {({ products }) => {
          const moving = movers(products);
          if (moving.length === 0) return <p className="quiet">{t('overview.movers.none')}</p>;
          return (
            <ul className="list">
              {moving.map(({ product_id, predicted_sales, trend }) => (
                <li key={product_id}>
                  <Link to="/products/$productId" params={{ productId: product_id }} search={{ period }}>
                    {product_id}
                  </Link>
                  <span className="numeric">
                    {format.number(predicted_sales)} {t('units.short')} <TrendMark trend={trend} />
                  </span>
                </li>
              ))}
            </ul>
          );
        }}
      </Answer>
    </>
  );
}

/** Products whose change chance does not explain, those first that it means most units for. */
function movers(products: readonly ProductForecast[]): ProductForecast[] {
  const units = ({ predicted_sales, trend }: ProductForecast) => {
    const share = (trend.percent ?? 0) / 100;
    return Math.abs(predicted_sales - predicted_sales / Math.max(1 + share, 1e-6));
  };
  return products
    .filter(({ trend }) => trend.significant && trend.direction !== 'flat' && trend.percent !== null)
    .sort((a, b) => units(b) - units(a))
    .slice(0, SHOWN);
}
