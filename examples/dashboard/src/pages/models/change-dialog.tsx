import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf } from '../../api/client.js';
import { useLanguage } from '../../i18n/locale.js';
import { Confirm } from '../../ui/confirm.js';
import { InputField } from '../../ui/field.js';

/** A change of the routing. */
export type Change =
  | { readonly kind: 'promote' | 'canary' | 'experiment' | 'rollback'; readonly version: number }
  | { readonly kind: 'stop' };

interface ChangeDialogProps {
  readonly change: Change;
  /** Routing that the change is based on: it is refused if the routing has changed since. */
  readonly routing: number;
  readonly onClose: () => void;
}

const DEFAULT_PERCENT = { canary: 10, experiment: 50 } as const;

function send(change: Change, query: { reason?: string; if_routing: number }, share: number) {
  const path = 'version' in change ? { version: change.version } : { version: 0 };
  switch (change.kind) {
    case 'promote':
      return dataOf(api.POST('/api/v1/model/versions/{version}/promote', { params: { path, query } }));
    case 'canary':
      return dataOf(
        api.POST('/api/v1/model/versions/{version}/canary', { params: { path, query: { ...query, share } } }),
      );
    case 'experiment':
      return dataOf(
        api.POST('/api/v1/model/experiment', {
          params: { query },
          body: { arms: [{ name: `version ${change.version}`, version: change.version, share }] },
        }),
      );
    case 'rollback':
      return dataOf(api.POST('/api/v1/model/rollback', { params: { query } }));
    case 'stop':
      return dataOf(api.POST('/api/v1/model/split/stop', { params: { query } }));
  }
}

/** Asks for the reason of a change, and makes it. */
export function ChangeDialog({ change, routing, onClose }: ChangeDialogProps) {
  const { t } = useLanguage();
  const client = useQueryClient();
  const { kind } = change;
  const isShared = kind === 'canary' || kind === 'experiment';
  const [reason, setReason] = useState('');
  const [percent, setPercent] = useState(isShared ? DEFAULT_PERCENT[kind] : 0);
  const made = useMutation({
    mutationFn: () =>
      send(change, { ...(reason.trim() && { reason: reason.trim() }), if_routing: routing }, percent / 100),
    onSuccess: async () => {
      onClose();
      // Another version may answer everything else.
      await client.invalidateQueries();
    },
  });
  const version = 'version' in change ? change.version : 0;
  const name = kind === 'stop' ? 'split.stop' : kind;
  return (
    <Confirm
      title={t(`models.${name}.title`, { version })}
      action={kind === 'rollback' ? t('models.rollback', { version }) : t(`models.${name}`)}
      isDangerous={kind === 'rollback'}
      change={made}
      onClose={onClose}
    >
      <p>{t(`models.${name}.text`)}</p>
      {isShared && (
        <InputField
          label={t('models.share')}
          type="number"
          min={1}
          max={100}
          required
          value={percent}
          onChange={({ target }) => setPercent(target.valueAsNumber || 0)}
        />
      )}
      <InputField
        label={t('common.reason')}
        maxLength={200}
        value={reason}
        onChange={({ target }) => setReason(target.value)}
      />
    </Confirm>
  );
}
