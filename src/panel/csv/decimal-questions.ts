import type { ColumnEvidence } from './column-evidence.js';
import type { Decimal } from './csv-numbers.js';
import { answerTo, type CsvAnswers, type CsvQuestion } from './csv-questions.js';

export interface DecimalFindings {
  /** The mark of the file. */
  readonly decimal: Decimal;
  /** The marks of columns that differ, by position. */
  readonly byColumn: ReadonlyMap<number, Decimal>;
  readonly questions: readonly CsvQuestion[];
}

/** Determines decimal marks: each column has its own, and one without evidence takes that of the others. */
export function examineDecimals(
  used: readonly ColumnEvidence[],
  all: readonly ColumnEvidence[],
  given: Decimal | undefined,
  answers: CsvAnswers | undefined,
): DecimalFindings {
  const marks = new Set<Decimal>();
  for (const { numbers, holdsNumbers, holdsDates } of all) {
    if (holdsNumbers && !holdsDates && numbers.decimal !== undefined) marks.add(numbers.decimal);
  }
  const common = given ?? (marks.size === 1 ? [...marks][0] : undefined);
  const decimal = common ?? '.';
  const byColumn = new Map<number, Decimal>();
  const questions: CsvQuestion[] = [];
  for (const column of used) {
    const { numbers, title, position } = column;
    const answer = answerTo(answers, 'decimal', title);
    const own = answer === '.' || answer === ',' ? answer : (given ?? numbers.decimal ?? mostly(column));
    const mark =
      own ??
      (numbers.ambiguous === 0 && !numbers.contradictory
        ? decimal
        : numbers.contradictory
          ? undefined
          : common);
    if (mark === undefined) questions.push(question(column));
    else if (mark !== decimal) byColumn.set(position, mark);
  }
  return { decimal, byColumn, questions };
}

/** The mark of all but a few numbers, where those few prove the other mark. */
function mostly({ numbers }: ColumnEvidence): Decimal | undefined {
  const { proof } = numbers;
  if (!numbers.contradictory) return undefined;
  const few = Math.min(proof['.'], proof[',']);
  if (few > 0.02 * (proof['.'] + proof[','])) return undefined;
  return proof['.'] > proof[','] ? '.' : ',';
}

function question({ title, numbers }: ColumnEvidence): CsvQuestion {
  const examples = numbers.ambiguousExamples;
  const text = examples.join(', ');
  return {
    code: 'decimal',
    id: `decimal:${title}`,
    column: title,
    message:
      examples.length > 0 && !numbers.contradictory
        ? `Is ${examples[0]} a number of thousands or one with decimals? All numbers of the column are like it: ${text}`
        : 'Some numbers have a decimal comma and others a decimal point',
    choices: [
      { value: '.', label: 'a decimal point: 1,200 is twelve hundred and 1.200 is 1.2' },
      { value: ',', label: 'a decimal comma: 1,200 is 1.2 and 1.200 is twelve hundred' },
    ],
  };
}
