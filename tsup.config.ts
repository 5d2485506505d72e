import { defineConfig } from 'tsup';
import { thirdPartyLicences } from './build/licences';
import { pureConstants } from './build/pure-constants';
import tsconfig from './tsconfig.json';

/** One entry per public subpath, named as the subpath is; `tsconfig.json` paths are the single list. */
const entry = Object.fromEntries(
  Object.entries(tsconfig.compilerOptions.paths).map(([name, [file]]) => [
    name.split('/')[1] ?? 'index',
    file.replace('./', ''),
  ]),
);

/** No subpath: keeps apart from each other what the forecaster loads at once and what it loads with a later call. */
const chunks = { forecaster: 'src/forecaster/create-forecaster.ts' };

export default defineConfig({
  entry: { ...entry, ...chunks },
  format: ['esm', 'cjs'],
  dts: { entry },
  clean: true,
  splitting: true,
  treeshake: true,
  target: 'es2022',
  platform: 'neutral',
  // Hardly anybody reads the CommonJS files; without spaces the package stays within 12 MB.
  esbuildOptions(options, { format }) {
    options.minifyWhitespace = format === 'cjs';
  },
  esbuildPlugins: [
    pureConstants(),
    thirdPartyLicences('dist/THIRD-PARTY-LICENSES.txt', 'The library contains code of these packages.'),
  ],
  // Of these only a few functions are used, which is less to install than five packages.
  noExternal: ['croner', 'date-fns', 'papaparse', 'simple-statistics', 'zod'],
  external: [/^node:/, 'worker_threads'],
});
