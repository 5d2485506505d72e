/** A choice that a file leaves open. */
export interface CsvQuestion {
  /** Kind of the choice. */
  readonly code: 'date-order' | 'decimal' | 'time-zone' | 'missing-column' | 'encoding' | 'overlap';
  /** Key of the answer: the code, with the column where there may be one question for each. */
  readonly id: string;
  /** Column of the file, or the missing column of a record. */
  readonly column: string;
  readonly message: string;
  readonly choices: readonly CsvChoice[];
  /** The value that is used until there is an answer; without one, the file is not read. */
  readonly assumed?: string;
}

export interface CsvChoice {
  readonly value: string;
  readonly label: string;
}

/** Answers to questions, by their `id` or their `code`. */
export type CsvAnswers = Readonly<Record<string, string>>;

/** The answer that counts every line as one unit. */
export const ONE_PER_LINE = 'one-per-line';

export function answerTo(
  answers: CsvAnswers | undefined,
  code: CsvQuestion['code'],
  column?: string,
): string | undefined {
  return answers?.[`${code}:${column}`] ?? answers?.[code];
}
