import { useQuery } from '@tanstack/react-query';
import { categoriesQuery } from '../api/queries.js';
import { useLanguage } from '../i18n/locale.js';
import { usePeriod } from '../layout/use-period.js';
import { Answer } from '../ui/answer.js';
import { Card, Page } from '../ui/page.js';
import { PeriodDays } from '../ui/period-days.js';
import { PeriodSwitch } from '../ui/period-switch.js';
import { CategoryTable } from './category-table.js';

export default function CategoriesPage() {
  const { t } = useLanguage();
  const [period, setPeriod] = usePeriod();
  const query = useQuery(categoriesQuery(period));
  return (
    <Page
      title={t('categories.title')}
      subtitle={<PeriodDays answer={query.data} />}
      actions={<PeriodSwitch value={period} onChange={setPeriod} />}
    >
      <Card title={t(`period.${period}`)}>
        <Answer query={query} lines={8}>
          {(categories) => (
            <CategoryTable
              categories={categories}
              caption={t('categories.title')}
              fileName={`categories ${period}`}
            />
          )}
        </Answer>
      </Card>
    </Page>
  );
}
