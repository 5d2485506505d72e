import { useLanguage } from '../../i18n/locale.js';
import { Button } from '../../ui/button.js';
import { DataTable } from '../../ui/data-table.js';
import { spanOf } from '../planned-spans.js';
import { kindOf, mayEdit, type PlanEntry, subjectOf } from './plan-record.js';

interface PlanListProps {
  readonly plans: readonly PlanEntry[];
  /** Undefined for roles that may not change the plan. */
  readonly actions:
    | {
        readonly isBusy: boolean;
        readonly onEdit: (plan: PlanEntry) => void;
        readonly onRemove: (plan: PlanEntry) => void;
      }
    | undefined;
}

/** All plans, with buttons to change and remove them for roles that may. */
export function PlanList({ plans, actions }: PlanListProps) {
  const { t, format } = useLanguage();
  return (
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
        ...(actions
          ? [
              {
                name: t('keys.actions'),
                value: () => '',
                isSortable: false,
                show: (plan: PlanEntry) => {
                  const named = (
                    <span className="visually-hidden">
                      {t(`plan.kind.${kindOf(plan)}`)} {spanOf(plan)[0]}
                    </span>
                  );
                  return (
                    <span className="row-actions">
                      {mayEdit(plan) && (
                        <Button disabled={actions.isBusy} onClick={() => actions.onEdit(plan)}>
                          {t('plan.change')} {named}
                        </Button>
                      )}
                      <Button disabled={actions.isBusy} onClick={() => actions.onRemove(plan)}>
                        {t('plan.remove')} {named}
                      </Button>
                    </span>
                  );
                },
              },
            ]
          : []),
      ]}
    />
  );
}
