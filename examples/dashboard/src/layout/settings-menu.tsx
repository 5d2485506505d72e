import { type ComponentType, useState } from 'react';
import { ApiProblem } from '../api/problem.js';
import type { Role } from '../api/roles.js';
import { useLanguage } from '../i18n/locale.js';
import { WindowProblem } from '../ui/on-demand.js';

const load = () => import('./settings-popover.js');

/** The button of the settings; what it opens is loaded when it is wanted. */
export function SettingsMenu({ role }: { readonly role: Role }) {
  const { t } = useLanguage();
  const [Popover, setPopover] = useState<ComponentType<{ readonly role: Role }>>();
  const [problem, setProblem] = useState<ApiProblem>();
  const open = () => {
    setProblem(undefined);
    load().then(
      ({ default: popover }) => setPopover(() => popover),
      (cause: unknown) => setProblem(ApiProblem.unreachable(cause)),
    );
  };
  if (Popover) return <Popover role={role} />;
  return (
    <>
      <button
        type="button"
        className="button button-quiet settings-button"
        aria-haspopup="dialog"
        aria-expanded={false}
        onPointerEnter={() => void load().catch(() => undefined)}
        onFocus={() => void load().catch(() => undefined)}
        onClick={open}
      >
        {t('app.settings')}
      </button>
      {problem && <WindowProblem problem={problem} onRetry={open} onClose={() => setProblem(undefined)} />}
    </>
  );
}
