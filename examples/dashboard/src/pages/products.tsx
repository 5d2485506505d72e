import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { productsQuery } from '../api/queries.js';
import { useLanguage } from '../i18n/locale.js';
import { usePeriod } from '../layout/use-period.js';
import { Answer } from '../ui/answer.js';
import { InputField } from '../ui/field.js';
import { Card, Page } from '../ui/page.js';
import { PeriodDays } from '../ui/period-days.js';
import { PeriodSwitch } from '../ui/period-switch.js';
import { ProductTable } from './product-table.js';

export default function ProductsPage() {
  const { t } = useLanguage();
  const [period, setPeriod] = usePeriod();
  const query = useQuery(productsQuery(period));
  const [text, setText] = useState('');
  const wanted = useDeferredValue(text.trim().toLowerCase());
  return (
    <Page
      title={t('products.title')}
      subtitle={<PeriodDays answer={query.data} />}
      actions={<PeriodSwitch value={period} onChange={setPeriod} />}
    >
      <Card title={t(`period.${period}`)}>
        <InputField
          label={t('products.search')}
          type="search"
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        <Answer query={query} lines={12}>
          {({ products, confidence_level }) => {
            if (products.length === 0) return <p className="quiet">{t('products.empty')}</p>;
            const found = products.filter(({ product_id, category }) =>
              `${product_id} ${category}`.toLowerCase().includes(wanted),
            );
            if (found.length === 0) return <p className="quiet">{t('table.none')}</p>;
            return (
              <ProductTable
                products={found}
                level={confidence_level}
                caption={t('products.title')}
                fileName={`products ${period}`}
              />
            );
          }}
        </Answer>
      </Card>
    </Page>
  );
}
