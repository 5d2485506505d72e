import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Schemas } from '../../api/client.js';
import { keysQuery } from '../../api/queries.js';
import { useLanguage } from '../../i18n/locale.js';
import { Answer } from '../../ui/answer.js';
import { Button } from '../../ui/button.js';
import { DataTable } from '../../ui/data-table.js';
import { onDemand } from '../../ui/on-demand.js';
import { Card, Page } from '../../ui/page.js';
import { TenantsCard } from './tenants-card.js';

const IssueDialog = onDemand(async () => (await import('./dialogs.js')).IssueDialog);
const RotateDialog = onDemand(async () => (await import('./dialogs.js')).RotateDialog);
const RevokeDialog = onDemand(async () => (await import('./dialogs.js')).RevokeDialog);
const NewKey = onDemand(async () => (await import('./dialogs.js')).NewKey);

export type ApiKey = Schemas['ApiKey'];

type Shown =
  | { readonly kind: 'issue' }
  | { readonly kind: 'rotate' | 'revoke'; readonly key: ApiKey }
  | { readonly kind: 'new'; readonly text: string };

/** Keys of people and programs. */
export default function KeysPage() {
  const { t, format } = useLanguage();
  const query = useQuery(keysQuery);
  const [shown, setShown] = useState<Shown>();
  const close = () => setShown(undefined);
  const showNew = (text: string) => setShown({ kind: 'new', text });
  return (
    <Page
      title={t('keys.title')}
      actions={
        <Button kind="primary" onClick={() => setShown({ kind: 'issue' })}>
          {t('keys.issue')}
        </Button>
      }
    >
      <Card title={t('keys.title')}>
        <Answer query={query}>
          {({ keys }) => (
            <DataTable
              caption={t('keys.title')}
              rows={keys.toReversed()}
              rowKey={({ id }) => id}
              columns={[
                { name: t('keys.name'), value: ({ name }) => name },
                { name: t('keys.role'), value: ({ role }) => t(`role.${role}`) },
                { name: t('keys.limit'), value: ({ scope }) => limitsOf(scope, t('keys.limit.none')) },
                { name: t('keys.id'), value: ({ id }) => id, show: ({ id }) => <code>{id}</code> },
                {
                  name: t('keys.created'),
                  value: ({ created_at }) => created_at,
                  show: ({ created_at }) => format.time(created_at),
                },
                {
                  name: t('keys.expires'),
                  value: ({ expires_at }) => expires_at,
                  show: ({ expires_at }) => format.time(expires_at),
                },
                { name: t('keys.state'), value: (key) => t(`keys.state.${stateOf(key)}`) },
                {
                  name: t('keys.actions'),
                  value: () => '',
                  isSortable: false,
                  show: (key) =>
                    stateOf(key) === 'active' && (
                      <span className="row-actions">
                        <Button onClick={() => setShown({ kind: 'rotate', key })}>
                          {t('keys.rotate')} <span className="visually-hidden">{key.name}</span>
                        </Button>
                        <Button kind="danger" onClick={() => setShown({ kind: 'revoke', key })}>
                          {t('keys.revoke')} <span className="visually-hidden">{key.name}</span>
                        </Button>
                      </span>
                    ),
                },
              ]}
            />
          )}
        </Answer>
      </Card>
      <TenantsCard />
      {shown?.kind === 'issue' && <IssueDialog onIssued={showNew} onClose={close} />}
      {shown?.kind === 'rotate' && <RotateDialog apiKey={shown.key} onIssued={showNew} onClose={close} />}
      {shown?.kind === 'revoke' && <RevokeDialog apiKey={shown.key} onClose={close} />}
      {shown?.kind === 'new' && <NewKey text={shown.text} onClose={close} />}
    </Page>
  );
}

function limitsOf(scope: ApiKey['scope'], none: string): string {
  const names = [...(scope?.categories ?? []), ...(scope?.locations ?? [])];
  return names.length > 0 ? names.join(', ') : none;
}

function stateOf({
  revoked_at,
  expires_at,
  replaced_by,
}: ApiKey): 'active' | 'expired' | 'revoked' | 'replaced' {
  if (revoked_at !== null) return 'revoked';
  if (Date.parse(expires_at) <= Date.now()) return 'expired';
  return replaced_by === null ? 'active' : 'replaced';
}
