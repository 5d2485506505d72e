import type { EncodingFacts } from './csv-encodings.js';
import { answerTo, type CsvAnswers, type CsvQuestion } from './csv-questions.js';

const CHOICES = [
  'windows-1252',
  'windows-1250',
  'windows-1251',
  'macintosh',
  'iso-8859-15',
  'shift_jis',
  'gb18030',
];

/** Asks for the encoding of a file that is not UTF-8; the likeliest one is assumed. */
export function encodingQuestion(
  { fallback }: EncodingFacts,
  { encoding, answers }: { readonly encoding?: string; readonly answers?: CsvAnswers },
): readonly CsvQuestion[] {
  if (fallback === undefined || encoding !== undefined || answerTo(answers, 'encoding') !== undefined)
    return [];
  return [
    {
      code: 'encoding',
      id: 'encoding',
      column: '',
      message: `The file is not UTF-8; its letters look like ${fallback}`,
      choices: CHOICES.map((value) => ({ value, label: value })),
      assumed: fallback,
    },
  ];
}
