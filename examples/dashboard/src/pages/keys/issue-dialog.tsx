import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf } from '../../api/client.js';
import { keysQuery } from '../../api/queries.js';
import type { Role } from '../../api/roles.js';
import { useLanguage } from '../../i18n/locale.js';
import { Confirm } from '../../ui/confirm.js';
import { InputField, SelectField } from '../../ui/field.js';
import { LimitsFields, NO_LIMITS, scopeOf } from './limits-fields.js';

const ROLES: readonly Role[] = ['analyst', 'merchant', 'admin'];

interface IssueDialogProps {
  readonly onIssued: (text: string) => void;
  readonly onClose: () => void;
}

export function IssueDialog({ onIssued, onClose }: IssueDialogProps) {
  const { t } = useLanguage();
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('analyst');
  const [limits, setLimits] = useState(NO_LIMITS);
  const issue = useMutation({
    mutationFn: () => {
      const scope = role === 'merchant' ? scopeOf(limits) : undefined;
      return dataOf(
        api.POST('/api/v1/api-keys', { body: { name: name.trim(), role, ...(scope && { scope }) } }),
      );
    },
    onSuccess: async ({ key }) => {
      onIssued(key);
      await client.invalidateQueries({ queryKey: keysQuery.queryKey });
    },
  });
  return (
    <Confirm title={t('keys.issue')} action={t('keys.issue')} change={issue} onClose={onClose}>
      <InputField
        label={t('keys.name')}
        hint={t('keys.name.hint')}
        required
        maxLength={100}
        value={name}
        onChange={({ target }) => setName(target.value)}
      />
      <SelectField
        label={t('keys.role')}
        value={role}
        options={ROLES.map((option) => [option, t(`role.${option}`)])}
        onChange={({ target }) => setRole(ROLES.find((option) => option === target.value) ?? 'analyst')}
      />
      {role === 'merchant' && <LimitsFields limits={limits} onChange={setLimits} />}
    </Confirm>
  );
}
