import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf, type Schemas } from '../../api/client.js';
import { useLanguage } from '../../i18n/locale.js';
import { Confirm } from '../../ui/confirm.js';
import { InputField } from '../../ui/field.js';
import { lastUploadQuery } from './last-upload.js';

interface UndoDialogProps {
  readonly delivery: Schemas['SalesDeliveries']['deliveries'][number];
  readonly onClose: () => void;
}

/** Asks before a delivery is taken back. */
export function UndoDialog({ delivery, onClose }: UndoDialogProps) {
  const { t, tn, format } = useLanguage();
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const undo = useMutation({
    mutationFn: () =>
      dataOf(
        api.DELETE('/api/v1/sales', {
          params: { query: { delivery: delivery.id, ...(reason.trim() && { reason: reason.trim() }) } },
        }),
      ),
    onSuccess: async () => {
      onClose();
      // Its findings are gone with it.
      client.removeQueries({ queryKey: lastUploadQuery.queryKey });
      await client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'file' });
    },
  });
  return (
    <Confirm
      title={t('data.undo.title', { time: format.time(delivery.written_at) })}
      action={t('data.undo')}
      isDangerous
      change={undo}
      onClose={onClose}
    >
      <p>{tn('data.undo.text', delivery.rows)}</p>
      <InputField
        label={t('common.reason')}
        maxLength={200}
        value={reason}
        onChange={({ target }) => setReason(target.value)}
      />
    </Confirm>
  );
}
