import { lazy, Suspense, useState } from 'react';
import type { Role } from '../api/roles.js';
import { useLanguage } from '../i18n/locale.js';

const load = () => import('./settings-popover.js');
const SettingsPopover = lazy(load);

/** The button of the settings; what it opens is loaded when it is wanted. */
export function SettingsMenu({ role }: { readonly role: Role }) {
  const { t } = useLanguage();
  const [isWanted, setIsWanted] = useState(false);
  const button = (
    <button
      type="button"
      className="button button-quiet settings-button"
      aria-haspopup="dialog"
      aria-expanded={false}
      onPointerEnter={() => void load().catch(() => undefined)}
      onFocus={() => void load().catch(() => undefined)}
      onClick={() => setIsWanted(true)}
    >
      {t('app.settings')}
    </button>
  );
  if (!isWanted) return button;
  return (
    <Suspense fallback={button}>
      <SettingsPopover role={role} />
    </Suspense>
  );
}
