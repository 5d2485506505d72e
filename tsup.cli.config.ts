import { defineConfig } from 'tsup';
import { thirdPartyLicences } from './build/licences';

/** The program for terminals, which is for Node alone; it brings along what draws the charts of its report. */
export default defineConfig({
  entry: { cli: 'src/cli/main.ts' },
  format: ['esm'],
  splitting: true,
  treeshake: true,
  target: 'es2022',
  platform: 'node',
  minify: true,
  noExternal: ['date-fns', 'echarts', 'papaparse', 'simple-statistics', 'zod'],
  esbuildPlugins: [
    thirdPartyLicences(
      'dist/THIRD-PARTY-LICENSES-CLI.txt',
      'The program and the charts of its reports contain code of these packages.',
    ),
  ],
});
