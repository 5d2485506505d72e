import type { UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useDeferredValue } from 'react';
import { useLanguage } from '../i18n/locale.js';
import { ProblemBox } from './problem-box.js';

interface AnswerProps<T> {
  readonly query: UseQueryResult<T>;
  /** Lines that the answer will take, more or less. */
  readonly lines?: number;
  /** Content while the answer is on its way, instead of lines. */
  readonly waiting?: ReactNode;
  readonly children: (data: T) => ReactNode;
}

/** An answer in each of its states: on its way, there, refused, or out of reach. */
export function Answer<T>({ query, lines = 4, waiting, children }: AnswerProps<T>) {
  const { t } = useLanguage();
  // What has just come is drawn in slices, between which the browser answers; what changes is drawn at once.
  const isDrawn = useDeferredValue(query.data !== undefined);
  if (query.data !== undefined && isDrawn) return children(query.data);
  if (query.fetchStatus === 'paused') {
    return (
      <div className="problem" role="status">
        <p>{t('app.offline.empty')}</p>
        <p>{t('app.offline.hint')}</p>
      </div>
    );
  }
  if (query.isError) return <ProblemBox error={query.error} onRetry={() => void query.refetch()} />;
  return waiting ?? <Skeleton lines={lines} />;
}

interface SkeletonProps {
  readonly lines: number;
  /** Description of what is on its way, for whoever does not see it; default: that something is. */
  readonly text?: string;
}

export function Skeleton({ lines, text }: SkeletonProps) {
  const { t } = useLanguage();
  return (
    <div className="skeleton" role="status">
      <span className="visually-hidden">{text ?? t('app.loading')}</span>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike.
        <span key={line} className="skeleton-line" />
      ))}
    </div>
  );
}
