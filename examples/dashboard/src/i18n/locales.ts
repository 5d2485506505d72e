export const LOCALES = { en: 'English', de: 'Deutsch' } as const;

export type Locale = keyof typeof LOCALES;

const STORED = 'locale';

export function isLocale(text: string | null): text is Locale {
  return text !== null && Object.hasOwn(LOCALES, text);
}

/** The language that was chosen before, or the one of the browser. */
export function preferredLocale(): Locale {
  const chosen = localStorage.getItem(STORED);
  if (isLocale(chosen)) return chosen;
  return navigator.languages.map((tag) => tag.split('-')[0] ?? '').find(isLocale) ?? 'en';
}

export function rememberLocale(locale: Locale): void {
  localStorage.setItem(STORED, locale);
}
