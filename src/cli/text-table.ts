/** A column of a text table. */
export interface TextColumn {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Longer text is cut. */
  readonly maxWidth?: number;
}

const GAP = '  ';
const INDENT = '  ';

/** Lines of a table with aligned columns under their titles. */
export function textTable(columns: readonly TextColumn[], rows: readonly (readonly string[])[]): string[] {
  const cells = rows.map((row) => columns.map(({ maxWidth }, c) => cut(row[c] ?? '', maxWidth)));
  const widths = columns.map(({ title }, c) =>
    Math.max(title.length, ...cells.map((row) => (row[c] ?? '').length)),
  );
  const line = (row: readonly string[]) =>
    INDENT +
    columns
      .map(({ align }, c) => {
        const text = row[c] ?? '';
        const width = widths[c] ?? 0;
        return align === 'right' ? text.padStart(width) : text.padEnd(width);
      })
      .join(GAP)
      .trimEnd();
  return [
    line(columns.map((column) => column.title)),
    INDENT + widths.map((width) => '─'.repeat(width)).join(GAP),
    ...cells.map(line),
  ];
}

/** Text of at most `width` characters on one line, without the control characters that could steer a terminal. */
export function cut(text: string, width = Number.POSITIVE_INFINITY): string {
  const plain = text.replace(/\p{Cc}/gu, ' ');
  return plain.length <= width ? plain : `${plain.slice(0, width - 1)}…`;
}
