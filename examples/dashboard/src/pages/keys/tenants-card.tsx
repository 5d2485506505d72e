import { useQuery } from '@tanstack/react-query';
import { tenantsQuery } from '../../api/queries.js';
import { useLanguage } from '../../i18n/locale.js';
import { DataTable } from '../../ui/data-table.js';
import { Card } from '../../ui/page.js';

/** Tenants of the installation, for its operator; nothing for anybody else, and where there are none. */
export function TenantsCard() {
  const { t, format } = useLanguage();
  const tenants = useQuery(tenantsQuery).data ?? [];
  if (tenants.length === 0) return null;
  return (
    <Card title={t('tenants.title')}>
      <DataTable
        caption={t('tenants.title')}
        rows={tenants}
        rowKey={({ id }) => id}
        columns={[
          { name: t('keys.id'), value: ({ id }) => id, show: ({ id }) => <code>{id}</code> },
          {
            name: t('tenants.created'),
            value: ({ created_at }) => created_at,
            show: ({ created_at }) => format.time(created_at),
          },
          { name: t('keys.state'), value: ({ ready }) => t(ready ? 'tenants.ready' : 'tenants.unfinished') },
          { name: t('tenants.rows'), value: ({ quotas }) => quotas.rows },
          { name: t('tenants.trainings'), value: ({ quotas }) => quotas.trainings_per_day },
          { name: t('tenants.requests'), value: ({ quotas }) => quotas.requests_per_minute },
          { name: t('tenants.days'), value: ({ retention }) => retention.sales_days },
        ]}
      />
    </Card>
  );
}
