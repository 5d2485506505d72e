import {
  buildPanel,
  createForecaster,
  type DataFinding,
  formatDay,
  parseDay,
  structural,
} from 'commerce-forecast';
import { inspectSalesCsv, readSalesCsvFiles } from 'commerce-forecast/csv';
import { describe, expect, it } from 'vitest';

const FIRST = parseDay('2024-01-01');
const GIANT_LINE = 52;

/** Sixty days of two products, with an order of 5,000 in line 52. */
function file(firstDay = FIRST): string {
  const lines = ['date,sku,quantity'];
  for (let d = 0; d < 60; d++) {
    for (const sku of ['MUG', 'TEE']) lines.push(`${formatDay(firstDay + d)},${sku},${4 + (d % 3)}`);
  }
  lines.splice(GIANT_LINE - 1, 0, `${formatDay(firstDay + 25)},MUG,5000`);
  return `${lines.join('\n')}\n`;
}

const sourceOf = (findings: readonly DataFinding[]) =>
  findings.find(({ code }) => code === 'giant-order')?.examples.map(({ source }) => source);

async function read(...files: readonly (readonly [name: string, input: string])[]) {
  const { mapping } = await inspectSalesCsv(file());
  return readSalesCsvFiles(files.map(([name, input]) => ({ name, input, mapping })));
}

describe('giant orders with their row', () => {
  it('of a file, by a panel', async () => {
    const { report } = await buildPanel(await read(['sales.csv', file()]));
    expect(sourceOf(report.findings)).toEqual([['line', GIANT_LINE]]);
  });

  it('of one of several files', async () => {
    const { report } = await buildPanel(
      await read(['spring.csv', file()], ['summer.csv', file(FIRST + 60).replace('MUG,5000', 'MUG,5')]),
    );
    expect(sourceOf(report.findings)).toEqual([['file', 'spring.csv', 'line', GIANT_LINE]]);
  });

  it('by a forecaster, after the sales went through its storage', async () => {
    const forecaster = createForecaster({ model: structural(), now: () => new Date('2024-03-15T00:00:00Z') });
    await forecaster.ingest(await read(['sales.csv', file()]));
    const { data } = await forecaster.train();
    expect(sourceOf(data.findings)).toEqual([['line', GIANT_LINE]]);
    const [example] = data.findings.find(({ code }) => code === 'giant-order')?.examples ?? [];
    expect(example?.message).toContain(`(line ${GIANT_LINE})`);
  });

  it('of records, by their number', async () => {
    const records = file()
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => {
        const [date = '', productId = '', units] = line.split(',');
        return { date, productId, units: Number(units) };
      });
    const { report } = await buildPanel(records);
    expect(sourceOf(report.findings)).toEqual([['row', GIANT_LINE - 1]]);
  });
});
