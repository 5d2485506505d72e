export type Values = Readonly<Record<string, string | number>>;

/** The texts of a language by their names. */
export interface Texts<Key extends string> {
  /** The text of a name, with its values put in. */
  readonly t: (key: Key, values?: Values) => string;
  /** The text of a name that may not exist. */
  readonly tMaybe: (key: string, values?: Values) => string | undefined;
}

export function createTexts<Key extends string>(texts: Readonly<Record<Key, string>>): Texts<Key> {
  const lookUp: Readonly<Record<string, string | undefined>> = texts;
  return {
    t: (key, values) => fill(texts[key], values),
    tMaybe: (key, values) => {
      const text = Object.hasOwn(lookUp, key) ? lookUp[key] : undefined;
      return text === undefined ? undefined : fill(text, values);
    },
  };
}

function fill(text: string, values: Values = {}): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
