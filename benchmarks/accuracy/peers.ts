import type { Metrics } from './case-metrics.js';
import { readTable } from './table.js';

/** Published figures of one case: method to metric to value. */
export function readPeers(path: string, caseName: string): Map<string, Metrics> {
  const table = readTable(path);
  const columns = ['case', 'method', 'metric', 'value'].map((name) => table.column(name));
  const peers = new Map<string, Metrics>();
  for (const row of table.rows) {
    const [name, method, metric, value] = columns.map((column) => row[column]);
    if (name !== caseName) continue;
    const metrics = peers.get(method) ?? {};
    metrics[metric] = Number(value);
    peers.set(method, metrics);
  }
  return peers;
}

/**
 * Differences allowed between equal methods: the rounding of six published digits, and a millionth of the actual
 * values for errors of totals, which are small differences of large sums.
 */
const RELATIVE_TOLERANCE = 5e-5;
const ABSOLUTE_TOLERANCE = 1e-6;

/** The metrics that differ from the published ones, or that one side lacks. */
export function differences(ours: Metrics, published: Metrics): string[] {
  const names = new Set([...Object.keys(ours), ...Object.keys(published)]);
  names.delete('cpu_seconds');
  return [...names].flatMap((name) => {
    const [mine, theirs] = [ours[name], published[name]];
    // R² is one minus a ratio of errors, and it is the ratio that has a relative accuracy.
    const size = name.startsWith('r2_') ? Math.abs(1 - theirs) : Math.abs(theirs);
    const same = Math.abs(mine - theirs) <= ABSOLUTE_TOLERANCE + RELATIVE_TOLERANCE * size;
    return same ? [] : `${name}: ours ${mine}, published ${theirs}`;
  });
}
