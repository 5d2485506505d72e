import { readFileSync } from 'node:fs';
import { inspectSalesCsv, readSalesCsv } from '../src/panel/csv/index.ts';
for (const path of process.argv.slice(2)) {
  const bytes = new Uint8Array(readFileSync(path));
  console.log('===', path.split('/').pop());
  try {
    const { mapping, dialect, questions, findings, profile } = await inspectSalesCsv(bytes);
    console.log(profile ?? '-', JSON.stringify(mapping.columns), JSON.stringify({ ...mapping, columns: undefined, profile: undefined }), dialect.dateFormat);
    for (const q of questions) console.log('  ?', q.id, q.message, q.choices.map((c) => c.value).join('|').slice(0,80), q.assumed ?? 'OPEN');
    for (const f of findings) console.log('  !', f.code, f.count, f.examples.slice(0,2).map((e) => e.path.join(' ') + ': ' + e.message).join(' ; '));
    if (questions.some((q) => q.code === 'missing-column')) continue;
    const totals = new Map<string, number>(); const days = new Set(); let rows = 0, revenue = 0;
    for await (const r of readSalesCsv(bytes, { mapping })) { rows++; totals.set(r.productId, (totals.get(r.productId) ?? 0) + r.units); days.add(r.date); revenue += r.revenue ?? 0; }
    console.log('  =>', rows, 'rows', JSON.stringify([...totals].slice(0, 8)), [...days].slice(0, 6).join(' '), 'revenue', revenue);
  } catch (e) { console.log('  ERROR', e); }
}
