import type { Messages } from './en.js';
import type { Locale } from './locales.js';

/** A language with its texts. */
export interface LoadedLocale {
  readonly locale: Locale;
  readonly texts: Messages;
}

export async function loadLocale(locale: Locale): Promise<LoadedLocale> {
  const texts = locale === 'de' ? (await import('./de.js')).de : (await import('./en.js')).en;
  return { locale, texts };
}
