/** The values as the text of an SQL array; undefined becomes NULL. */
export function arrayLiteral(values: readonly (string | number | boolean | undefined)[]): string {
  return `{${values.map(element).join(',')}}`;
}

function element(value: string | number | boolean | undefined): string {
  if (typeof value === 'string') return `"${value.replace(/["\\]/g, '\\$&')}"`;
  return value === undefined ? 'NULL' : String(value);
}
