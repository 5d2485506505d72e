import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { en, type MessageKey, type Messages } from './en.js';
import { createFormat, type Format } from './format.js';

export const LOCALES = { en: 'English', de: 'Deutsch' } as const;

export type Locale = keyof typeof LOCALES;

type Values = Readonly<Record<string, string | number>>;

/** Names of texts that differ with a number: `name_one` and `name_other`. */
type PluralKey = MessageKey extends infer K ? (K extends `${infer Base}_other` ? Base : never) : never;

/** Language of the page: its texts, and how it writes numbers and days. */
export interface Language {
  readonly locale: Locale;
  readonly setLocale: (locale: Locale) => void;
  /** The text of a name, with its values put in. */
  readonly t: (key: MessageKey, values?: Values) => string;
  /** The text for a number of things, which it holds as `count`. */
  readonly tn: (key: PluralKey, count: number, values?: Values) => string;
  /** The text of a name that may not exist. */
  readonly tMaybe: (key: string, values?: Values) => string | undefined;
  readonly format: Format;
}

const STORED = 'locale';
const LanguageContext = createContext<Language | undefined>(undefined);

/** Loads the texts of a language; English ones are always there. */
async function messagesOf(locale: Locale): Promise<Messages> {
  return locale === 'de' ? (await import('./de.js')).de : en;
}

export function isLocale(text: string | null): text is Locale {
  return text !== null && Object.hasOwn(LOCALES, text);
}

/** The language that was chosen before, or the one of the browser. */
function preferredLocale(): Locale {
  const chosen = localStorage.getItem(STORED);
  if (isLocale(chosen)) return chosen;
  return navigator.languages.map((tag) => tag.split('-')[0] ?? '').find(isLocale) ?? 'en';
}

export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [locale, setLocale] = useState(preferredLocale);
  const [messages, setMessages] = useState<{ readonly locale: Locale; readonly texts: Messages }>();
  useEffect(() => {
    let isCurrent = true;
    messagesOf(locale).then((texts) => {
      if (isCurrent) setMessages({ locale, texts });
    });
    return () => {
      isCurrent = false;
    };
  }, [locale]);
  const language = useMemo(
    () =>
      messages &&
      createLanguage(messages.locale, messages.texts, (chosen) => {
        localStorage.setItem(STORED, chosen);
        setLocale(chosen);
      }),
    [messages],
  );
  useEffect(() => {
    if (!language) return;
    document.documentElement.lang = language.locale;
  }, [language]);
  return language ? <LanguageContext value={language}>{children}</LanguageContext> : null;
}

export function useLanguage(): Language {
  const language = useContext(LanguageContext);
  if (!language) throw new Error('There is no LanguageProvider above');
  return language;
}

export function createLanguage(
  locale: Locale,
  texts: Messages,
  setLocale: (locale: Locale) => void = () => undefined,
): Language {
  const plural = new Intl.PluralRules(locale);
  const format = createFormat(locale);
  const lookUp: Readonly<Record<string, string | undefined>> = texts;
  const tMaybe = (key: string, values?: Values) => {
    const text = lookUp[key];
    return text === undefined ? undefined : fill(text, values);
  };
  return {
    locale,
    setLocale,
    t: (key, values) => fill(texts[key], values),
    tn: (key, count, values) => {
      const form = plural.select(count) === 'one' ? 'one' : 'other';
      return tMaybe(`${key}_${form}`, { ...values, count: format.number(count) }) ?? key;
    },
    tMaybe,
    format,
  };
}

function fill(text: string, values: Values = {}): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
