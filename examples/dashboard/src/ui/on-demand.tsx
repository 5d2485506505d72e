import { type ComponentType, useEffect, useState } from 'react';
import { ApiProblem } from '../api/problem.js';
import { useLanguage } from '../i18n/locale.js';
import { Button } from './button.js';
import { ProblemBox } from './problem-box.js';

/** A window above the page that is loaded when it is first opened. */
export function onDemand<Props extends { readonly onClose: () => void }>(
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  let loaded: ComponentType<Props> | undefined;
  return function OnDemand(props: Props) {
    const [Window, setWindow] = useState(() => loaded);
    const [problem, setProblem] = useState<ApiProblem>();
    useEffect(() => {
      if (Window || problem) return;
      let isWanted = true;
      load().then(
        (part) => {
          loaded = part;
          if (isWanted) setWindow(() => part);
        },
        (cause: unknown) => isWanted && setProblem(ApiProblem.unreachable(cause)),
      );
      return () => {
        isWanted = false;
      };
    }, [Window, problem]);
    if (Window) return <Window {...props} />;
    return (
      problem && (
        <WindowProblem problem={problem} onRetry={() => setProblem(undefined)} onClose={props.onClose} />
      )
    );
  };
}

interface WindowProblemProps {
  readonly problem: ApiProblem;
  readonly onRetry: () => void;
  readonly onClose: () => void;
}

function open(element: HTMLDialogElement | null) {
  element?.showModal();
  // Gives the focus back, also to where it is taken from next.
  return () => element?.close();
}

/** Stands in for a window that could not be loaded. It needs no script that may be missing too. */
export function WindowProblem({ problem, onRetry, onClose }: WindowProblemProps) {
  const { t } = useLanguage();
  return (
    <dialog className="dialog" aria-label={t('problem.title')} ref={open} onCancel={onClose}>
      <ProblemBox error={problem} onRetry={onRetry} />
      <div className="form-actions">
        <Button onClick={onClose}>{t('common.close')}</Button>
      </div>
    </dialog>
  );
}
