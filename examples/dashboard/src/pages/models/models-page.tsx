import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { versionsQuery } from '../../api/queries.js';
import { useLanguage } from '../../i18n/locale.js';
import { Answer } from '../../ui/answer.js';
import { DataTable } from '../../ui/data-table.js';
import { onDemand } from '../../ui/on-demand.js';
import { Card, Page } from '../../ui/page.js';
import { changeCauseText } from './causes.js';
import type { Change } from './change-dialog.js';
import { RoutesCard } from './routes-card.js';
import { TrainingCard } from './training-card.js';
import { VersionTable } from './version-table.js';

const ChangeDialog = onDemand(async () => (await import('./change-dialog.js')).ChangeDialog);

/** Versions of the model: how good they are, which of them answer, and a new one. */
export default function ModelsPage() {
  const language = useLanguage();
  const { t, tMaybe, format } = language;
  const query = useQuery(versionsQuery);
  const [change, setChange] = useState<Change>();
  return (
    <Page title={t('models.title')}>
      <Answer query={query} lines={8}>
        {({ routes, versions, log }) => (
          <>
            <div className="grid">
              <RoutesCard routes={routes} onChange={setChange} />
              <TrainingCard />
            </div>
            <Card title={t('models.versions')} note={t('models.note.wape')}>
              {versions.length === 0 ? (
                <p className="quiet">{t('models.empty')}</p>
              ) : (
                <VersionTable versions={versions} routes={routes} onChange={setChange} />
              )}
            </Card>
            <Card title={t('models.log')}>
              <DataTable
                caption={t('models.log')}
                rows={log}
                rowKey={({ at, action, version }) => `${at} ${action} ${version}`}
                limit={10}
                columns={[
                  { name: t('models.log.time'), value: ({ at }) => at, show: ({ at }) => format.time(at) },
                  {
                    name: t('models.log.action'),
                    value: ({ action }) => tMaybe(`models.action.${action}`) ?? action,
                  },
                  { name: t('models.log.version'), value: ({ version }) => version },
                  {
                    name: t('col.reason'),
                    value: ({ reason, cause }) => (cause && changeCauseText(cause, language)) ?? reason,
                  },
                ]}
              />
            </Card>
            {change && (
              <ChangeDialog change={change} routing={routes.routing} onClose={() => setChange(undefined)} />
            )}
          </>
        )}
      </Answer>
    </Page>
  );
}
