import { defineConfig } from 'tsup';
import { ENTRIES } from './build/entries';
import { libraryModules } from './build/library-modules';
import { thirdPartyLicences } from './build/licences';

/** All but the report, which the program bundles together with what draws its charts. */
const { report: _, ...library } = ENTRIES;

/** The program for terminals, which is for Node alone, on top of the library's modules. */
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
    libraryModules(library),
    thirdPartyLicences(
      'dist/THIRD-PARTY-LICENSES-CLI.txt',
      'The program and the charts of its reports contain code of these packages.',
    ),
  ],
});
