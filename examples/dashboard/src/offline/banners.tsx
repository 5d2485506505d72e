import { onlineManager, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useLanguage } from '../i18n/locale.js';
import { Button } from '../ui/button.js';
import { type WaitingVersion, watchVersions } from './app-update.js';

const MINUTE_MS = 60_000;

/** Says that there is no connection, and how old the answers on the page are. */
export function OfflineBanner() {
  const isOnline = useSyncExternalStore(
    (listener) => onlineManager.subscribe(listener),
    () => onlineManager.isOnline(),
  );
  return isOnline ? null : <AgeBanner />;
}

function AgeBanner() {
  const { t, format } = useLanguage();
  const oldest = useOldestAnswer();
  return (
    <p className="banner" role="status">
      {oldest === undefined
        ? t('app.offline.empty')
        : t('app.offline', { age: format.ago(Date.now() - oldest) })}
    </p>
  );
}

/** Time of the oldest answer in use. */
function useOldestAnswer(): number | undefined {
  const client = useQueryClient();
  const [oldest, setOldest] = useState<number>();
  useEffect(() => {
    const look = () => {
      const times = client
        .getQueryCache()
        .findAll({ type: 'active' })
        .map(({ state }) => state.dataUpdatedAt)
        .filter((time) => time > 0);
      setOldest(times.length > 0 ? Math.min(...times) : undefined);
    };
    look();
    const timer = setInterval(look, MINUTE_MS);
    const unsubscribe = client.getQueryCache().subscribe(look);
    return () => {
      clearInterval(timer);
      unsubscribe();
    };
  }, [client]);
  return oldest;
}

/** Offers a newer version of the application once there is one. */
export function UpdateBanner() {
  const { t } = useLanguage();
  const [waiting, setWaiting] = useState<WaitingVersion>();
  useEffect(() => watchVersions(setWaiting), []);
  if (!waiting) return null;
  return (
    <div className="banner banner-update" role="status">
      <span>{t('app.update')}</span>
      <Button kind="primary" onClick={waiting.use}>
        {t('app.update.reload')}
      </Button>
      <Button kind="quiet" onClick={() => setWaiting(undefined)}>
        {t('app.update.later')}
      </Button>
    </div>
  );
}
