import { useQuery } from '@tanstack/react-query';
import { categoriesQuery, productsQuery } from '../api/queries.js';
import { seesProducts } from '../api/roles.js';
import { useLanguage } from '../i18n/locale.js';
import { usePeriod } from '../layout/use-period.js';
import { useRole } from '../layout/use-session.js';
import { categoryRoute } from '../router.js';
import { Answer } from '../ui/answer.js';
import { InTurn, Turn } from '../ui/in-turn.js';
import { Card, Page } from '../ui/page.js';
import { PeriodSwitch } from '../ui/period-switch.js';
import { ExpectedUnits } from './expected-units.js';
import { DETAIL_TURNS, ForecastDetail } from './forecast-detail.js';
import { ProductTable } from './product-table.js';

export default function CategoryPage() {
  const { category } = categoryRoute.useParams();
  const [period, setPeriod] = usePeriod();
  const mayRead = seesProducts(useRole());
  return (
    <Page
      title={category}
      subtitle={<CategoryFacts category={category} />}
      actions={<PeriodSwitch value={period} onChange={setPeriod} />}
    >
      <InTurn turns={DETAIL_TURNS + 1}>
        <ForecastDetail subject={{ category }} name={category} />
        <Turn at={DETAIL_TURNS + 1}>{mayRead && <Products category={category} />}</Turn>
      </InTurn>
    </Page>
  );
}

/** Expected units of the category, with their range. */
function CategoryFacts({ category }: { readonly category: string }) {
  const [period] = usePeriod();
  const answer = useQuery(categoriesQuery(period)).data;
  const own = answer?.predictions.find((prediction) => prediction.category === category);
  return (
    // Its place is kept until it is known.
    <span className="page-facts">
      {own && <ExpectedUnits forecast={own} level={answer?.confidence_level ?? 0} />}
    </span>
  );
}

function Products({ category }: { readonly category: string }) {
  const { t } = useLanguage();
  const [period] = usePeriod();
  const query = useQuery(productsQuery(period, category));
  return (
    <Card title={t('detail.products')}>
      <Answer query={query}>
        {(answer) => (
          <ProductTable
            products={answer.products}
            level={answer.confidence_level}
            caption={t('detail.products')}
            fileName={`products ${category}`}
          />
        )}
      </Answer>
    </Card>
  );
}
