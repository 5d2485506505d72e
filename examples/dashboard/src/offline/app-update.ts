import { Workbox } from 'workbox-window';

/** A newer version of the application that waits to take over. */
export interface WaitingVersion {
  /** Activates the new version and reloads the page. */
  readonly use: () => void;
}

/** Keeps the application for offline use, and reports when a newer version is ready. */
export function watchVersions(onWaiting: (version: WaitingVersion) => void): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  const workbox = new Workbox('/sw.js');
  workbox.addEventListener('waiting', () => {
    onWaiting({
      use: () => {
        workbox.addEventListener('controlling', () => location.reload());
        workbox.messageSkipWaiting();
      },
    });
  });
  // Without a worker the application works online as well.
  workbox.register().catch(() => undefined);
}
