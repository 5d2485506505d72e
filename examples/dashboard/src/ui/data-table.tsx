import { type ReactNode, useMemo, useState } from 'react';
import { useLanguage } from '../i18n/locale.js';
import { downloadCsv } from '../util/csv.js';
import { Button } from './button.js';

/** A column: its title, its content, and the value for sorting and export. */
export interface Column<Row> {
  readonly name: string;
  readonly value: (row: Row) => string | number | null | undefined;
  /** Default: the value, numbers as the language writes them. */
  readonly show?: (row: Row) => ReactNode;
  readonly isSortable?: boolean;
  /** True for a column of the downloaded file only. */
  readonly isExportOnly?: boolean;
}

interface DataTableProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** Name of the file that the rows can be downloaded as; none without it. */
  readonly fileName?: string;
  /** Rows that are shown at first. */
  readonly limit?: number;
  /** Place of the first of these, as long as nothing is sorted. */
  readonly from?: number | undefined;
}

interface Order {
  readonly column: number;
  readonly descending: boolean;
}

/** A table that can be sorted and downloaded. */
export function DataTable<Row>({
  caption,
  columns: all,
  rows,
  rowKey,
  fileName,
  limit = 100,
  from = 0,
}: DataTableProps<Row>) {
  const { t, format } = useLanguage();
  const [order, setOrder] = useState<Order>();
  const [isWhole, setWhole] = useState(false);
  const columns = useMemo(() => all.filter(({ isExportOnly = false }) => !isExportOnly), [all]);
  const sorted = useMemo(() => sortRows(rows, columns, order), [rows, columns, order]);
  const begin = order ? 0 : from;
  const shown = isWhole ? sorted : sorted.slice(begin, begin + limit);
  const numeric = columns.map(({ value }) => rows.some((row) => typeof value(row) === 'number'));
  return (
    <div className="table-block">
      {/* biome-ignore lint/a11y/useSemanticElements: what scrolls is reached by keyboard and has a name, and is no landmark. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: as above. */}
      <div className="table-scroll" role="group" tabIndex={0} aria-label={caption}>
        <table>
          <caption className="visually-hidden">{caption}</caption>
          <thead>
            <tr>
              {columns.map(({ name, isSortable = true }, column) => (
                <th
                  key={name}
                  scope="col"
                  className={numeric[column] ? 'numeric' : undefined}
                  aria-sort={sortState(order, column)}
                >
                  {isSortable ? (
                    <button
                      type="button"
                      className="sort"
                      title={t('table.sort', { column: name })}
                      onClick={() => setOrder(nextOrder(order, column, numeric[column] === true))}
                    >
                      {name}
                      <span aria-hidden="true">{sortArrow(order, column)}</span>
                    </button>
                  ) : (
                    name
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <tr key={rowKey(row)}>
                {columns.map(({ name, value, show }, column) => (
                  <td key={name} className={numeric[column] ? 'numeric' : undefined}>
                    {show ? show(row) : plain(value(row), format.number)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <footer className="table-foot">
        {sorted.length > shown.length && (
          <Button kind="quiet" onClick={() => setWhole(true)}>
            {t('table.more', { count: format.number(sorted.length) })}
          </Button>
        )}
        {fileName && (
          <Button
            kind="quiet"
            onClick={() =>
              downloadCsv(
                fileName,
                all.map(({ name }) => name),
                sorted.map((row) => all.map(({ value }) => value(row))),
              )
            }
          >
            {t('chart.csv')}
          </Button>
        )}
      </footer>
    </div>
  );
}

function plain(value: string | number | null | undefined, number: (value: number) => string): ReactNode {
  if (value === null || value === undefined) return '–';
  return typeof value === 'number' ? number(value) : value;
}

function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  order: Order | undefined,
): readonly Row[] {
  const column = order && columns[order.column];
  if (!column) return rows;
  const sign = order.descending ? -1 : 1;
  return [...rows].sort((a, b) => sign * compare(column.value(a), column.value(b)));
}

/** Numbers by size, texts by the rules of the language; what is missing comes last in ascending order. */
function compare(a: string | number | null | undefined, b: string | number | null | undefined): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (a === null || a === undefined) return b === null || b === undefined ? 0 : 1;
  if (b === null || b === undefined) return -1;
  return String(a).localeCompare(String(b), undefined, { numeric: true });
}

function nextOrder(order: Order | undefined, column: number, isNumeric: boolean): Order {
  if (order?.column === column) return { column, descending: !order.descending };
  return { column, descending: isNumeric };
}

function sortState(order: Order | undefined, column: number): 'ascending' | 'descending' | undefined {
  if (order?.column !== column) return undefined;
  return order.descending ? 'descending' : 'ascending';
}

function sortArrow(order: Order | undefined, column: number): string {
  const state = sortState(order, column);
  return state === undefined ? '' : state === 'ascending' ? ' ↑' : ' ↓';
}
