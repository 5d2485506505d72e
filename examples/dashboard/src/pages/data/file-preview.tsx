import type { SalesRecord } from 'commerce-forecast';
import { type Language, useLanguage } from '../../i18n/locale.js';
import { DataTable } from '../../ui/data-table.js';
import { SelectField } from '../../ui/field.js';
import {
  type CsvQuestion,
  columnOf,
  type FileChoices,
  type Inspection,
  RECORD_COLUMNS,
  type RecordColumn,
} from './inspect-file.js';

interface FilePreviewProps {
  readonly inspection: Inspection;
  readonly choices: FileChoices;
  readonly onChoose: (choices: FileChoices) => void;
}

/** Shows how a file will be read: its columns, its open questions, and its first rows. */
export function FilePreview({ inspection, choices, onChoose }: FilePreviewProps) {
  const { t, tMaybe } = useLanguage();
  const { header, questions, sample, profile } = inspection;
  const named = (column: string) => tMaybe(`column.${column}`) ?? column;
  const chooseColumn = (column: RecordColumn, name: string) => {
    const { [column]: _, ...others } = choices.columns;
    onChoose({ ...choices, columns: name === '' ? others : { ...others, [column]: name } });
  };
  const answer = ({ id }: CsvQuestion, value: string) =>
    onChoose({ ...choices, answers: { ...choices.answers, [id]: value } });
  const rows = sample.map((record, row) => ({ record, row }));
  return (
    <>
      {profile && <p>{t('data.profile', { profile })}</p>}
      <h3>{t('data.mapping')}</h3>
      <div className="form-row form-row-wide">
        {RECORD_COLUMNS.map((column) => {
          const found = columnOf(inspection, column);
          const automatic = choices.columns[column] === undefined ? (found ?? t('data.mapping.none')) : '';
          return (
            <SelectField
              key={column}
              label={named(column)}
              value={choices.columns[column] ?? ''}
              options={[
                ['', automatic ? `${automatic} (${t('data.mapping.auto')})` : t('data.mapping.auto')],
                ...[...new Set(header)].map((name) => [name, name] as const),
              ]}
              onChange={({ target }) => chooseColumn(column, target.value)}
            />
          );
        })}
      </div>
      <p className="note">{t('data.mapping.note')}</p>
      {questions.length > 0 && (
        <>
          <h3>{t('data.questions')}</h3>
          <div className="form-row">
            {questions.map((question) => (
              <SelectField
                key={question.id}
                label={
                  tMaybe(`data.question.${question.code}`, { column: named(question.column) }) ??
                  question.message
                }
                value={choices.answers[question.id] ?? question.assumed ?? ''}
                options={[
                  ...(question.assumed === undefined ? [['', t('data.question.open')] as const] : []),
                  ...question.choices.map(
                    ({ value, label }) =>
                      [value, tMaybe(`data.choice.${question.code}.${value}`) ?? label] as const,
                  ),
                ]}
                onChange={({ target }) => answer(question, target.value)}
              />
            ))}
          </div>
        </>
      )}
      <h3>{t('data.sample')}</h3>
      {rows.length === 0 ? (
        <p className="quiet">{t('data.sample.none')}</p>
      ) : (
        <DataTable
          caption={t('data.sample')}
          rows={rows}
          rowKey={({ row }) => String(row)}
          columns={RECORD_COLUMNS.filter((column) =>
            rows.some(({ record }) => record[column] !== undefined),
          ).map((column) => ({
            name: named(column),
            value: ({ record }: (typeof rows)[number]) => cellOf(record, column, t),
            isSortable: false,
          }))}
        />
      )}
    </>
  );
}

function cellOf(record: SalesRecord, column: RecordColumn, t: Language['t']): string | number | undefined {
  const value = record[column];
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  if (typeof value === 'boolean') return t(value ? 'common.yes' : 'common.no');
  return typeof value === 'string' || typeof value === 'number' || value === undefined
    ? value
    : String(value);
}
