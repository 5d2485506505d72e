import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.js';
import { planQuery } from '../../api/queries.js';
import { useLanguage } from '../../i18n/locale.js';
import { Button } from '../../ui/button.js';
import { DataTable } from '../../ui/data-table.js';
import { ProblemBox } from '../../ui/problem-box.js';
import { spanOf } from '../planned-spans.js';
import { kindOf, type PlanEntry, subjectOf } from './plan-record.js';

interface PlanListProps {
  readonly plans: readonly PlanEntry[];
  readonly mayRemove: boolean;
}

/** All plans, with a button to remove them for roles that may. */
export function PlanList({ plans, mayRemove }: PlanListProps) {
  const { t, format } = useLanguage();
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: (id: string) => dataOf(api.DELETE('/api/v1/plan', { params: { query: { ids: id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: planQuery.queryKey }),
  });
  return (
    <>
      {remove.isError && <ProblemBox error={remove.error} />}
      <DataTable
        caption={t('plan.list')}
        rows={plans}
        rowKey={({ id }) => id}
        fileName="plan"
        columns={[
          {
            name: t('plan.from'),
            value: (plan) => spanOf(plan)[0],
            show: (plan) => format.day(spanOf(plan)[0]),
          },
          {
            name: t('plan.to'),
            value: (plan) => spanOf(plan)[1],
            show: (plan) => format.day(spanOf(plan)[1]),
          },
          { name: t('plan.kind'), value: (plan) => t(`plan.kind.${kindOf(plan)}`) },
          { name: t('plan.scope'), value: (plan) => subjectOf(plan) ?? t('plan.scope.all') },
          { name: t('plan.price'), value: ({ price }) => price },
          { name: t('plan.event'), value: ({ event }) => event },
          { name: t('plan.note'), value: ({ note }) => note },
          ...(mayRemove
            ? [
                {
                  name: t('keys.actions'),
                  value: () => '',
                  isSortable: false,
                  show: (plan: PlanEntry) => (
                    <Button kind="quiet" disabled={remove.isPending} onClick={() => remove.mutate(plan.id)}>
                      {t('plan.remove')}{' '}
                      <span className="visually-hidden">
                        {t(`plan.kind.${kindOf(plan)}`)} {spanOf(plan)[0]}
                      </span>
                    </Button>
                  ),
                },
              ]
            : []),
        ]}
      />
    </>
  );
}
