import { Dialog as Radix } from 'radix-ui';
import { type ReactNode, useState } from 'react';
import { useLanguage } from '../i18n/locale.js';

interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A window above the page, which keeps the focus until it is closed. */
export function Dialog({ title, isOpen, onClose, children }: DialogProps) {
  const { t } = useLanguage();
  const [opener] = useState(() => document.activeElement);
  return (
    <Radix.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="dialog-overlay" />
        <Radix.Content
          className="dialog"
          aria-describedby={undefined}
          onCloseAutoFocus={() => opener instanceof HTMLElement && opener.focus()}
        >
          <header className="card-head">
            <Radix.Title asChild>
              <h2>{title}</h2>
            </Radix.Title>
            <Radix.Close className="button button-quiet" aria-label={t('common.close')}>
              ✕
            </Radix.Close>
          </header>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
