import { useQuery } from '@tanstack/react-query';
import { salesSummaryQuery } from '../../api/queries.js';
import { useLanguage } from '../../i18n/locale.js';
import { Answer } from '../../ui/answer.js';
import { Card, Page } from '../../ui/page.js';
import { TrainingCard } from '../models/training-card.js';
import { DeliveriesCard } from './deliveries-card.js';
import { UploadCard } from './upload-card.js';

/** Stored sales, and more of them. */
export default function DataPage() {
  const { t } = useLanguage();
  return (
    <Page title={t('data.title')}>
      <UploadCard />
      <div className="grid">
        <StoredCard />
        <TrainingCard />
      </div>
      <DeliveriesCard />
    </Page>
  );
}

function StoredCard() {
  const { t, format } = useLanguage();
  const query = useQuery(salesSummaryQuery);
  return (
    <Card title={t('data.stored')}>
      <Answer query={query}>
        {({ rows, products, categories, first_day, last_day }) =>
          first_day === null || last_day === null ? (
            <p className="quiet">{t('data.stored.empty')}</p>
          ) : (
            <dl className="facts">
              <dt>{t('data.stored.days')}</dt>
              <dd>{t('period.range', { from: format.day(first_day), to: format.day(last_day) })}</dd>
              <dt>{t('data.stored.rows')}</dt>
              <dd>{format.number(rows)}</dd>
              <dt>{t('data.stored.products')}</dt>
              <dd>{format.number(products)}</dd>
              <dt>{t('data.stored.categories')}</dt>
              <dd>{format.number(categories.length)}</dd>
            </dl>
          )
        }
      </Answer>
    </Card>
  );
}
