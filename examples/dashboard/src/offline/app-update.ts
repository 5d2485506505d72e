/** A newer version of the application that waits to take over. */
export interface WaitingVersion {
  /** Activates the new version and reloads the page. */
  readonly use: () => void;
}

/** Time that the first pictures have for themselves: the worker fetches every other page. */
const FIRST_PICTURES_MS = 3_000;
/** Time after which a busy page is no longer waited for. */
const PATIENCE_MS = 4_000;

/** Keeps the application for offline use, once the page has nothing else to do, and reports newer versions. */
export function watchVersions(onWaiting: (version: WaitingVersion) => void): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  // Without a worker the application works online as well.
  whenIdle(() => register(onWaiting).catch(() => undefined));
}

async function register(onWaiting: (version: WaitingVersion) => void): Promise<void> {
  const { Workbox } = await import('workbox-window');
  const workbox = new Workbox('/sw.js');
  workbox.addEventListener('waiting', () => {
    onWaiting({
      use: () => {
        workbox.addEventListener('controlling', () => location.reload());
        workbox.messageSkipWaiting();
      },
    });
  });
  await workbox.register();
}

function whenIdle(work: () => void): void {
  setTimeout(() => {
    // Not every browser has it.
    if ('requestIdleCallback' in window) requestIdleCallback(work, { timeout: PATIENCE_MS });
    else work();
  }, FIRST_PICTURES_MS);
}
