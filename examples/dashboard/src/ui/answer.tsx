import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useLanguage } from '../i18n/locale.js';
import { ProblemBox } from './problem-box.js';

interface AnswerProps<T> {
  readonly query: UseQueryResult<T>;
  /** Lines that the answer will take, more or less. */
  readonly lines?: number;
  readonly children: (data: T) => ReactNode;
}

/** An answer in each of its states: on its way, there, refused, or out of reach. */
export function Answer<T>({ query, lines = 4, children }: AnswerProps<T>) {
  const { t } = useLanguage();
  if (query.data !== undefined) return children(query.data);
  if (query.fetchStatus === 'paused') {
    return (
      <div className="problem" role="status">
        <p>{t('app.offline.empty')}</p>
        <p>{t('app.offline.hint')}</p>
      </div>
    );
  }
  if (query.isError) return <ProblemBox error={query.error} onRetry={() => void query.refetch()} />;
  return <Skeleton lines={lines} />;
}

export function Skeleton({ lines }: { readonly lines: number }) {
  const { t } = useLanguage();
  return (
    <div className="skeleton" role="status">
      <span className="visually-hidden">{t('app.loading')}</span>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike.
        <span key={line} className="skeleton-line" />
      ))}
    </div>
  );
}
