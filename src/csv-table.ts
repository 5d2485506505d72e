/** Lines of a table, the header first. */
export function csvTable(rows: readonly (readonly (string | number)[])[]): string {
  return `${rows.map((row) => row.map(field).join(',')).join('\n')}\n`;
}

/** Quotes a field where needed; a name that a spreadsheet would evaluate as a formula is kept as text. */
function field(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = /^[=+@\t\r]|^-(?!\d)/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
