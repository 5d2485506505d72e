import { useQuery } from '@tanstack/react-query';
import { categoryTotalsQuery } from '../api/queries.js';
import { useLanguage } from '../i18n/locale.js';
import { Answer } from '../ui/answer.js';
import { averagePrices, type Categories, priceDays, wholeShop } from './shop-totals.js';
import { Stat } from './stat.js';

/** Expected units at the prices of late. */
export function RevenueStat({ categories }: { readonly categories: Categories }) {
  const { t, format } = useLanguage();
  const query = useQuery(categoryTotalsQuery(...priceDays(categories)));
  return (
    <Answer
      query={query}
      waiting={<Stat title={t('overview.revenue')} value={undefined} note={t('overview.revenue.note')} />}
    >
      {(totals) => {
        const prices = averagePrices(totals.categories);
        if (!prices) {
          return <Stat title={t('overview.revenue')} value="–" note={t('overview.revenue.none')} />;
        }
        const { expected, lower, upper } = wholeShop(categories, (category) => prices.get(category) ?? 0);
        return (
          <Stat
            title={t('overview.revenue')}
            value={format.money(expected)}
            detail={t('interval', {
              level: format.percent(categories.confidence_level),
              lower: format.money(lower),
              upper: format.money(upper),
            })}
            note={t('overview.revenue.note')}
          />
        );
      }}
    </Answer>
  );
}
