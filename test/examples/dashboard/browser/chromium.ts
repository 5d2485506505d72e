import { existsSync } from 'node:fs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser of the system: none is downloaded. */
export function chromiumPath(): string {
  const path = [process.env['CHROMIUM'] ?? '', ...PLACES].find((place) => place !== '' && existsSync(place));
  if (path) return path;
  throw new Error('There is no Chromium: "apt-get install chromium", or name it in the variable CHROMIUM');
}

/** A sandbox needs a user of its own. */
export const CHROMIUM_FLAGS: readonly string[] = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
