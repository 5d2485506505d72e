import type { UseMutationResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useLanguage } from '../i18n/locale.js';
import { Button } from './button.js';
import { Dialog } from './dialog.js';
import { ProblemBox } from './problem-box.js';

interface ConfirmProps {
  readonly title: string;
  readonly action: string;
  readonly isDangerous?: boolean;
  /** Change that is made on confirmation; the dialog shows its failure. */
  readonly change: Pick<
    UseMutationResult<unknown, Error, void>,
    'mutate' | 'isPending' | 'isError' | 'error'
  >;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Asks before something is changed. */
export function Confirm({ title, action, isDangerous, change, onClose, children }: ConfirmProps) {
  const { t } = useLanguage();
  return (
    <Dialog title={title} isOpen onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate();
        }}
      >
        {children}
        {change.isError && <ProblemBox error={change.error} />}
        <div className="form-actions">
          <Button type="submit" kind={isDangerous ? 'danger' : 'primary'} disabled={change.isPending}>
            {change.isPending ? t('common.saving') : action}
          </Button>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
        </div>
      </form>
    </Dialog>
  );
}
