import { useState } from 'react';
import { useLanguage } from '../../i18n/locale.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';

/** A key that is shown once. */
export function NewKey({ text, onClose }: { readonly text: string; readonly onClose: () => void }) {
  const { t } = useLanguage();
  const [isCopied, setCopied] = useState(false);
  return (
    <Dialog title={t('keys.issue')} isOpen onClose={onClose}>
      <p>{t('keys.shown')}</p>
      <output className="secret">{text}</output>
      <div className="form-actions">
        <Button
          kind="primary"
          onClick={() => {
            navigator.clipboard.writeText(text).then(
              () => setCopied(true),
              // Without leave to use the clipboard the key can still be selected.
              () => setCopied(false),
            );
          }}
        >
          {isCopied ? t('common.copied') : t('common.copy')}
        </Button>
        <Button onClick={onClose}>{t('common.close')}</Button>
      </div>
    </Dialog>
  );
}
