import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf } from '../../api/client.js';
import { planQuery } from '../../api/queries.js';
import { useLanguage } from '../../i18n/locale.js';
import { usePeriod } from '../../layout/use-period.js';
import { useRole } from '../../layout/use-session.js';
import { Answer } from '../../ui/answer.js';
import { Card, Page } from '../../ui/page.js';
import { PeriodSwitch } from '../../ui/period-switch.js';
import { ProblemBox } from '../../ui/problem-box.js';
import { today } from '../../util/days.js';
import { Calendar } from './calendar.js';
import { PlanForm } from './plan-form.js';
import { PlanList } from './plan-list.js';
import { emptyDraft, type PlanRecord } from './plan-record.js';
import { WhatIfCard } from './what-if-card.js';

/** The plan as a calendar, and what another one would change. */
export default function PlanPage() {
  const { t } = useLanguage();
  const [period, setPeriod] = usePeriod();
  const isAdmin = useRole() === 'admin';
  const client = useQueryClient();
  const query = useQuery(planQuery);
  const [draft, setDraft] = useState(() => emptyDraft(today()));
  const [tried, setTried] = useState<PlanRecord>();
  const saved = useMutation({
    mutationFn: (record: PlanRecord) => dataOf(api.POST('/api/v1/plan', { body: { records: [record] } })),
    onSuccess: () => client.invalidateQueries({ queryKey: planQuery.queryKey }),
  });
  return (
    <Page title={t('plan.title')} actions={<PeriodSwitch value={period} onChange={setPeriod} />}>
      <div className="grid grid-wide">
        <Card title={t('plan.calendar')}>
          <Answer query={query} lines={8}>
            {({ plans }) => (
              <Calendar
                plans={plans}
                from={draft.from}
                to={draft.to}
                onChoose={(from, to) => setDraft({ ...draft, from, to })}
              />
            )}
          </Answer>
        </Card>
        <Card title={t('plan.add')} note={isAdmin ? undefined : t('plan.readOnly')}>
          <PlanForm
            draft={draft}
            onChange={setDraft}
            onTry={setTried}
            onSave={isAdmin ? (record) => saved.mutate(record) : undefined}
            isSaving={saved.isPending}
          />
          {saved.isSuccess && <p role="status">{t('plan.saved')}</p>}
          {saved.isError && <ProblemBox error={saved.error} />}
        </Card>
      </div>
      {tried && <WhatIfCard record={tried} />}
      <Card title={t('plan.list')}>
        <Answer query={query}>
          {({ plans }) =>
            plans.length === 0 ? (
              <p className="quiet">{t('plan.empty')}</p>
            ) : (
              <PlanList plans={plans} mayRemove={isAdmin} />
            )
          }
        </Answer>
      </Card>
    </Page>
  );
}
