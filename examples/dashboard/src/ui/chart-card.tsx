import { type ReactNode, useState } from 'react';
import { useLanguage } from '../i18n/locale.js';
import { ChoiceSwitch } from './choice-switch.js';
import { type Column, DataTable } from './data-table.js';

interface ChartCardProps<Row> {
  readonly title: string;
  readonly note?: ReactNode;
  readonly fileName: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** Place of the row that the table begins with, until all are wanted. */
  readonly from?: number | undefined;
  /** The chart, which shows the same as the table. */
  readonly children: ReactNode;
}

const VIEWS = ['chart', 'table'] as const;

/** A chart, and the same as a table that can be downloaded. */
export function ChartCard<Row>({
  title,
  note,
  fileName,
  columns,
  rows,
  rowKey,
  from,
  children,
}: ChartCardProps<Row>) {
  const { t } = useLanguage();
  const [view, setView] = useState<(typeof VIEWS)[number]>('chart');
  return (
    <section className="card" aria-label={title}>
      <header className="card-head">
        <h2>{title}</h2>
        <ChoiceSwitch
          isSmall
          label={t('chart.view', { name: title })}
          options={VIEWS.map((value) => ({ value, name: t(`chart.${value}`) }))}
          value={view}
          onChange={setView}
        />
      </header>
      {view === 'chart' ? (
        children
      ) : (
        <DataTable {...{ caption: title, columns, rows, rowKey, fileName, from }} />
      )}
      {note && <p className="note">{note}</p>}
    </section>
  );
}
