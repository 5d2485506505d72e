import { Tabs } from 'radix-ui';
import type { ReactNode } from 'react';
import { useLanguage } from '../i18n/locale.js';
import type { Column } from './data-table.js';
import { DataTable } from './data-table.js';

interface ChartCardProps<Row> {
  readonly title: string;
  readonly note?: ReactNode;
  readonly fileName: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** The chart, which shows the same as the table. */
  readonly children: ReactNode;
}

/** A chart, and the same as a table that can be downloaded. */
export function ChartCard<Row>({
  title,
  note,
  fileName,
  columns,
  rows,
  rowKey,
  children,
}: ChartCardProps<Row>) {
  const { t } = useLanguage();
  return (
    <section className="card" aria-label={title}>
      <Tabs.Root defaultValue="chart" className="chart-tabs">
        <header className="card-head">
          <h2>{title}</h2>
          <Tabs.List className="tabs" aria-label={t('chart.view', { name: title })}>
            <Tabs.Trigger value="chart" className="tab">
              {t('chart.chart')}
            </Tabs.Trigger>
            <Tabs.Trigger value="table" className="tab">
              {t('chart.table')}
            </Tabs.Trigger>
          </Tabs.List>
        </header>
        <Tabs.Content value="chart" className="tab-panel">
          {children}
        </Tabs.Content>
        <Tabs.Content value="table" className="tab-panel">
          <DataTable caption={title} columns={columns} rows={rows} rowKey={rowKey} fileName={fileName} />
        </Tabs.Content>
      </Tabs.Root>
      {note && <p className="note">{note}</p>}
    </section>
  );
}
