import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'tsup';
import { expect, it } from 'vitest';
import { thirdPartyLicences } from '../../build/licences';

/** Licences with their notices, as Apache-2.0 (4a, 4d) and BSD-3-Clause (2) ask for. */
const ASKED = [
  /^echarts [\d.]+ \(Apache-2\.0\)$/m,
  /Apache License\s+Version 2\.0, January 2004/,
  /This product includes software developed at\s+The Apache Software Foundation/,
  /^zrender [\d.]+ \(BSD-3-Clause\)$/m,
  /Copyright \(c\) 2017, Baidu Inc\./,
  // D3, of which ECharts contains parts.
  /Copyright 2010-2016 Mike Bostock/,
];

it('the program carries the licences of all that draws its charts', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'licences-'));
  try {
    const target = join(folder, 'THIRD-PARTY-LICENSES.txt');
    await build({
      config: false,
      silent: true,
      entry: ['src/report/render-chart.ts'],
      format: 'esm',
      outDir: folder,
      noExternal: ['echarts'],
      esbuildPlugins: [thirdPartyLicences(target, 'The charts contain:')],
    });
    const text = await readFile(target, 'utf8');
    expect(text).toMatch(/^The charts contain:$/m);
    for (const asked of ASKED) expect(text).toMatch(asked);
  } finally {
    await rm(folder, { recursive: true });
  }
});
