import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf, done } from '../../api/client.js';
import { keysQuery, sessionQuery } from '../../api/queries.js';
import { useLanguage } from '../../i18n/locale.js';
import { Confirm } from '../../ui/confirm.js';
import type { ApiKey } from './keys-page.js';

interface KeyDialogProps {
  readonly apiKey: ApiKey;
  readonly onClose: () => void;
}

export function RotateDialog({
  apiKey: { id, name },
  onIssued,
  onClose,
}: KeyDialogProps & { readonly onIssued: (text: string) => void }) {
  const { t } = useLanguage();
  const client = useQueryClient();
  const rotate = useMutation({
    mutationFn: () => dataOf(api.POST('/api/v1/api-keys/{id}/rotate', { params: { path: { id } } })),
    onSuccess: async ({ key }) => {
      onIssued(key);
      await client.invalidateQueries({ queryKey: keysQuery.queryKey });
    },
  });
  return (
    <Confirm
      title={t('keys.rotate.title', { name })}
      action={t('keys.rotate')}
      change={rotate}
      onClose={onClose}
    >
      <p>{t('keys.rotate.text')}</p>
    </Confirm>
  );
}

export function RevokeDialog({ apiKey: { id, name }, onClose }: KeyDialogProps) {
  const { t } = useLanguage();
  const client = useQueryClient();
  const isOwn = useQuery(sessionQuery).data?.key_id === id;
  const revoke = useMutation({
    mutationFn: () => done(api.DELETE('/api/v1/api-keys/{id}', { params: { path: { id } } })),
    onSuccess: async () => {
      onClose();
      await client.invalidateQueries({ queryKey: keysQuery.queryKey });
    },
  });
  return (
    <Confirm
      title={t('keys.revoke.title', { name })}
      action={t('keys.revoke')}
      isDangerous
      change={revoke}
      onClose={onClose}
    >
      <p>{t('keys.revoke.text')}</p>
      {isOwn && <p>{t('keys.revoke.own')}</p>}
    </Confirm>
  );
}
