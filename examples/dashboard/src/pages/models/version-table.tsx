import type { Schemas } from '../../api/client.js';
import { useLanguage } from '../../i18n/locale.js';
import { Button } from '../../ui/button.js';
import { DataTable } from '../../ui/data-table.js';
import type { Change } from './change-dialog.js';
import type { Routes } from './routes-card.js';

interface VersionTableProps {
  readonly versions: readonly Schemas['ModelVersion'][];
  readonly routes: Routes;
  readonly onChange: (change: Change) => void;
}

const ACTIONS = ['promote', 'canary', 'experiment'] as const;

/** Versions with their errors in the test and since, and what can be done with them. */
export function VersionTable({ versions, routes, onChange }: VersionTableProps) {
  const { t, tMaybe, format } = useLanguage();
  const share = (value: number | null | undefined) =>
    typeof value === 'number' ? format.percent(value) : '–';
  const actionsFor = (version: number) =>
    version === routes.production
      ? []
      : ACTIONS.filter((kind) => kind === 'promote' || routes.split === null);
  return (
    <DataTable
      caption={t('models.versions')}
      rows={versions}
      rowKey={({ version }) => String(version)}
      fileName="versions"
      columns={[
        { name: '#', value: ({ version }) => version },
        { name: t('models.state'), value: ({ state }) => tMaybe(`models.state.${state}`) ?? state },
        {
          name: t('models.registered'),
          value: ({ registered_at }) => registered_at,
          show: ({ registered_at }) => format.time(registered_at),
        },
        {
          name: t('models.lastDay'),
          value: ({ lineage }) => lineage.last_day,
          show: ({ lineage }) => format.day(lineage.last_day),
        },
        {
          name: t('models.wape'),
          value: ({ metrics }) => metrics['wape'],
          show: ({ metrics }) => share(metrics['wape']),
        },
        {
          name: t('models.relative'),
          value: ({ metrics }) => metrics['relative_wape'],
          show: ({ metrics }) => share(metrics['relative_wape']),
        },
        {
          name: t('models.live'),
          value: ({ live }) => live?.wape,
          show: ({ live }) => share(live?.wape),
        },
        { name: t('models.requests'), value: ({ live }) => live?.requests },
        {
          name: t('keys.actions'),
          value: () => '',
          isSortable: false,
          show: ({ version }) => (
            <span className="row-actions">
              {actionsFor(version).map((kind) => (
                <Button key={kind} onClick={() => onChange({ kind, version })}>
                  {t(`models.${kind}`)}{' '}
                  <span className="visually-hidden">{t('models.version', { version })}</span>
                </Button>
              ))}
            </span>
          ),
        },
      ]}
    />
  );
}
