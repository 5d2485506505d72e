import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { productsQuery } from '../api/queries.js';
import { useLanguage } from '../i18n/locale.js';
import { usePeriod } from '../layout/use-period.js';
import { productRoute } from '../router.js';
import { InTurn } from '../ui/in-turn.js';
import { Page } from '../ui/page.js';
import { PeriodSwitch } from '../ui/period-switch.js';
import { ExpectedUnits } from './expected-units.js';
import { DETAIL_TURNS, ForecastDetail } from './forecast-detail.js';

export default function ProductPage() {
  const { t, tMaybe, format } = useLanguage();
  const { productId } = productRoute.useParams();
  const [period, setPeriod] = usePeriod();
  const ranking = useQuery(productsQuery(period)).data;
  const own = ranking?.products.find(({ product_id }) => product_id === productId);
  return (
    <Page
      title={productId}
      subtitle={
        // Its place is kept until it is known.
        <span className="page-facts">
          {own && (
            <>
              <Link to="/categories/$category" params={{ category: own.category }} search={{ period }}>
                {own.category}
              </Link>{' '}
              · <ExpectedUnits forecast={own} level={ranking?.confidence_level ?? 0} />
              {own.life_cycle && (
                <>
                  {' '}
                  · {tMaybe(`stage.${own.life_cycle.status}`) ?? own.life_cycle.status}{' '}
                  {t('stage.since', { day: format.day(own.life_cycle.since) })}
                </>
              )}
            </>
          )}
        </span>
      }
      actions={<PeriodSwitch value={period} onChange={setPeriod} />}
    >
      <InTurn turns={DETAIL_TURNS}>
        <ForecastDetail subject={{ product_id: productId }} name={productId} />
      </InTurn>
    </Page>
  );
}
