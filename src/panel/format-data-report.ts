import type { DataFinding, DataReport } from './data-report.js';

const LABEL = { error: 'ERROR', warning: 'WARN', info: 'INFO' } as const;

/**
 * A report as text for a terminal or a log.
 *
 * ```ts
 * import { buildPanel, formatDataReport, type SalesRecord } from 'commerce-forecast';
 *
 * async function check(records: SalesRecord[]): Promise<string> {
 *   return formatDataReport((await buildPanel(records)).report);
 * }
 * ```
 */
export function formatDataReport(report: DataReport): string {
  const { units } = report;
  const changes = [
    change(units.floored, 'from days below zero'),
    change(units.spread, 'from records that cover days outside'),
    change(units.blanked, 'from days out of stock'),
    change(units.bounded, 'from giant orders'),
    change(units.winsorised, 'from outliers'),
  ].filter((text) => text !== '');
  const lines = [
    `${plural(report.rows, 'row')}: ${formatted(report.accepted)} accepted, ${formatted(report.rejected)} left out`,
    `${plural(report.series, 'series', 'series')} in ${plural(report.categories, 'category', 'categories')}, ${report.firstDay} to ${report.lastDay}`,
    `${plural(units.panel, 'unit')}${changes.length > 0 ? ` (${formatted(units.accepted)} in the rows, ${changes.join(', ')})` : ''}`,
  ];
  for (const finding of report.findings) lines.push('', ...findingLines(finding));
  return lines.join('\n');
}

function findingLines(finding: DataFinding): string[] {
  const { severity, code, count, unit, message, examples, omitted } = finding;
  const shown = examples.map((example) => `        ${example.path.join(' ')}: ${example.message}`);
  const more = examples.length > 0 && omitted > 0 ? [`        and ${formatted(omitted)} more`] : [];
  const singular = unit === 'series' ? 'series' : unit.slice(0, -1);
  return [
    `${LABEL[severity].padEnd(5)} ${code}: ${plural(count, singular, unit)}. ${message}.`,
    ...shown,
    ...more,
  ];
}

function change(amount: number, reason: string): string {
  if (amount === 0) return '';
  return `${amount > 0 ? '+' : ''}${formatted(amount)} ${reason}`;
}

function plural(count: number, singular: string, several = `${singular}s`): string {
  return `${formatted(count)} ${count === 1 ? singular : several}`;
}

/** A formatter of its own would take longer to make than all other code of the library together, at every import. */
function formatted(amount: number): string {
  return amount.toLocaleString('en-US', { maximumFractionDigits: 2 });
}
