import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import type { MessageKey, Messages } from './en.js';
import { createFormat, type Format } from './format.js';
import { type LoadedLocale, loadLocale } from './load-locale.js';
import { type Locale, rememberLocale } from './locales.js';
import { createTexts, type Texts, type Values } from './texts.js';

/** Names of texts that differ with a number: `name_one` and `name_other`. */
type PluralKey = MessageKey extends infer K ? (K extends `${infer Base}_other` ? Base : never) : never;

/** Language of the page: its texts, and how it writes numbers and days. */
export interface Language extends Texts<MessageKey> {
  readonly locale: Locale;
  readonly setLocale: (locale: Locale) => void;
  /** The text for a number of things, which it holds as `count`. */
  readonly tn: (key: PluralKey, count: number, values?: Values) => string;
  readonly format: Format;
}

const LanguageContext = createContext<Language | undefined>(undefined);

interface LanguageProviderProps {
  /** The language to begin with. */
  readonly first: LoadedLocale;
  readonly children: ReactNode;
}

export function LanguageProvider({ first, children }: LanguageProviderProps) {
  const [{ locale, texts }, setLoaded] = useState(first);
  const language = useMemo(
    () =>
      createLanguage(locale, texts, (chosen) => {
        rememberLocale(chosen);
        // Without a connection the texts of another language may be out of reach: the page stays as it is.
        loadLocale(chosen).then(setLoaded, () => undefined);
      }),
    [locale, texts],
  );
  useEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);
  return <LanguageContext value={language}>{children}</LanguageContext>;
}

export function useLanguage(): Language {
  const language = useContext(LanguageContext);
  if (!language) throw new Error('There is no LanguageProvider above');
  return language;
}

export function createLanguage(
  locale: Locale,
  messages: Messages,
  setLocale: (locale: Locale) => void = () => undefined,
): Language {
  const texts = createTexts(messages);
  const format = createFormat(locale, texts);
  return {
    ...texts,
    locale,
    setLocale,
    tn: (key, count, values) => {
      // The rule of English and German for whole numbers.
      const form = count === 1 ? 'one' : 'other';
      return texts.tMaybe(`${key}_${form}`, { ...values, count: format.number(count) }) ?? key;
    },
    format,
  };
}
