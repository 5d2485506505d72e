import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../api/client.js';
import { whatIfQuery } from '../../api/queries.js';
import { useLanguage } from '../../i18n/locale.js';
import { usePeriod } from '../../layout/use-period.js';
import { Answer } from '../../ui/answer.js';
import { DataTable } from '../../ui/data-table.js';
import { Card } from '../../ui/page.js';
import type { PlanRecord } from './plan-record.js';

type Figures = Schemas['WhatIf']['total'];

interface Row extends Figures {
  readonly name: string;
}

/** Forecasts with another plan, beside those with the present one. */
export function WhatIfCard({ record }: { readonly record: PlanRecord }) {
  const { t } = useLanguage();
  const [period] = usePeriod();
  const query = useQuery(whatIfQuery(record, period));
  return (
    <Card title={t('plan.whatIf')} note={t('plan.whatIf.note')}>
      <Answer query={query}>{(answer) => <Result answer={answer} />}</Answer>
    </Card>
  );
}

function Result({ answer }: { readonly answer: Schemas['WhatIf'] }) {
  const { t, tMaybe, format } = useLanguage();
  const [period] = usePeriod();
  const { total, categories, products, ignored, confidence_level } = answer;
  const signed = (value: number | null) => (value === null ? '–' : format.signed(value));
  const rows: Row[] = [
    { name: t('plan.whatIf.total'), ...total },
    ...categories.map(({ category, ...figures }) => ({ name: category, ...figures })),
    ...products.map(({ product_id, ...figures }) => ({ name: product_id, ...figures })),
  ];
  return (
    <div role="status">
      {ignored.map(({ record, reason }) => (
        <p key={`${record} ${reason}`}>{tMaybe(`plan.ignored.${reason}`) ?? reason}</p>
      ))}
      {total.difference === 0 ? (
        <p>{t('plan.whatIf.none', { period: t(`period.next.${period}`) })}</p>
      ) : (
        <>
          <p className="stat-value">
            {format.signed(total.difference)} <small>{t('units')}</small>
          </p>
          <p>
            {total.lower === null || total.upper === null
              ? t('plan.whatIf.unknown')
              : t('plan.whatIf.range', {
                  level: format.percent(confidence_level),
                  lower: format.signed(total.lower),
                  upper: format.signed(total.upper),
                })}
          </p>
          <DataTable
            caption={t('plan.whatIf')}
            rows={rows}
            rowKey={({ name }) => name}
            fileName="what-if"
            limit={20}
            columns={[
              { name: t('plan.scope'), value: ({ name }) => name },
              { name: t('plan.whatIf.base'), value: ({ base_units }) => base_units },
              { name: t('plan.whatIf.scenario'), value: ({ scenario_units }) => scenario_units },
              {
                name: t('plan.whatIf.difference'),
                value: ({ difference }) => difference,
                show: ({ difference }) => format.signed(difference),
              },
              { name: t('col.lower'), value: ({ lower }) => lower, show: ({ lower }) => signed(lower) },
              { name: t('col.upper'), value: ({ upper }) => upper, show: ({ upper }) => signed(upper) },
              { name: t('plan.whatIf.others'), value: ({ from_other_products }) => from_other_products },
            ]}
          />
        </>
      )}
    </div>
  );
}
