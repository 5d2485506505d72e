import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
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
import { ChangeNote } from './change-note.js';
import { PlanForm } from './plan-form.js';
import { PlanList } from './plan-list.js';
import { changedRecord, draftOf, emptyDraft, type PlanEntry, type PlanRecord } from './plan-record.js';
import { usePlanChanges } from './use-plan-changes.js';
import { WhatIfCard } from './what-if-card.js';

/** The plan as a calendar, and what another one would change. */
export default function PlanPage() {
  const { t } = useLanguage();
  const [period, setPeriod] = usePeriod();
  const isAdmin = useRole() === 'admin';
  const query = useQuery(planQuery);
  const [draft, setDraft] = useState(() => emptyDraft(today()));
  const [edited, setEdited] = useState<PlanEntry>();
  const [tried, setTried] = useState<PlanRecord>();
  const changes = usePlanChanges();
  const formRef = useRef<HTMLDivElement>(null);
  const { data: made } = changes;

  const edit = (plan: PlanEntry) => {
    setEdited(plan);
    setDraft(draftOf(plan));
    const first = formRef.current?.querySelector('select');
    first?.scrollIntoView({ block: 'center' });
    first?.focus();
  };
  const stopEditing = () => {
    setEdited(undefined);
    setDraft(emptyDraft(today()));
  };
  const save = (record: PlanRecord) => {
    if (!edited) return changes.mutate({ kind: 'added', add: record });
    const change = { kind: 'changed', add: changedRecord(edited, record), remove: [edited] } as const;
    return changes.mutate(change, { onSuccess: stopEditing });
  };
  const remove = (plan: PlanEntry) => {
    changes.mutate({ kind: 'removed', remove: [plan] });
    if (plan.id === edited?.id) stopEditing();
  };

  return (
    <Page title={t('plan.title')} actions={<PeriodSwitch value={period} onChange={setPeriod} />}>
      {made && (
        <ChangeNote
          key={changes.submittedAt}
          action={t('plan.undo')}
          onUndo={made.undo && (() => made.undo && changes.mutate(made.undo))}
        >
          {t(`plan.${made.kind}`)}
        </ChangeNote>
      )}
      {changes.isError && <ProblemBox error={changes.error} />}
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
        <div ref={formRef}>
          <Card
            title={t(edited ? 'plan.change.title' : 'plan.add')}
            note={isAdmin ? undefined : t('plan.readOnly')}
          >
            <PlanForm
              draft={draft}
              onChange={setDraft}
              onTry={setTried}
              onSave={isAdmin ? save : undefined}
              isSaving={changes.isPending}
              onCancel={edited && stopEditing}
            />
          </Card>
        </div>
      </div>
      {tried && <WhatIfCard record={tried} />}
      <Card title={t('plan.list')}>
        <Answer query={query}>
          {({ plans }) =>
            plans.length === 0 ? (
              <p className="quiet">{t('plan.empty')}</p>
            ) : (
              <PlanList
                plans={plans}
                actions={isAdmin ? { isBusy: changes.isPending, onEdit: edit, onRemove: remove } : undefined}
              />
            )
          }
        </Answer>
      </Card>
    </Page>
  );
}
