import { plainText } from './csv-words.js';

/**
 * Distinguishing beginnings of the names of months, in English, German, French, Spanish, Italian, Dutch and
 * others.
 */
const MONTHS: readonly (readonly string[])[] = [
  ['jan', 'janv', 'ene', 'enero', 'gen', 'genn', 'jaenner', 'janner', 'styczen', 'stycznia', 'sty'],
  ['feb', 'fev', 'fevr', 'febr', 'luty', 'lutego', 'lut'],
  ['mar', 'marz', 'maerz', 'mrz', 'mars', 'mrt', 'maart', 'marca'],
  ['apr', 'avr', 'abr', 'kwi', 'kwiecien'],
  ['may', 'mai', 'maj', 'mayo', 'mag', 'magg', 'mei', 'maja'],
  ['jun', 'juin', 'giu', 'czerwiec', 'cze'],
  ['jul', 'juil', 'lug', 'lipiec', 'lip'],
  ['aug', 'aou', 'ago', 'sierpien', 'sie'],
  ['sep', 'sept', 'set', 'wrz', 'wrzesien'],
  ['oct', 'okt', 'ott', 'out', 'paz', 'pazdziernik'],
  ['nov', 'listopad', 'lis'],
  ['dec', 'dez', 'dic', 'des', 'gru', 'grudzien'],
];
const FULL: readonly RegExp[] = [
  /^(january|januar|januari|janvier|enero|gennaio|janeiro)$/,
  /^(february|februar|februari|fevrier|febrero|febbraio|fevereiro)$/,
  /^(march|marz|maerz|mars|marzo|maart|marco)$/,
  /^(april|avril|abril|aprile)$/,
  /^(may|mai|mayo|maggio|mei|maj|maio)$/,
  /^(june|juni|juin|junio|giugno|junho)$/,
  /^(july|juli|juillet|julio|luglio|julho)$/,
  /^(august|aout|agosto|augustus|augusti)$/,
  /^(september|septembre|septiembre|settembre|setembro)$/,
  /^(october|oktober|octobre|octubre|ottobre|outubro)$/,
  /^(november|novembre|noviembre|novembro)$/,
  /^(december|dezember|decembre|diciembre|dicembre|dezembro|desember)$/,
];

/** The month 1..12 that a word names. */
export function monthNamed(word: string): number | undefined {
  const plain = plainText(word);
  const at = FULL.findIndex((full, m) => MONTHS[m]?.includes(plain) || full.test(plain));
  return at < 0 ? undefined : at + 1;
}
