import { defineConfig } from 'tsup';
import { ENTRIES } from './build/entries';
import { thirdPartyLicences } from './build/licences';
import { pureConstants } from './build/pure-constants';
import { withoutComments } from './build/without-comments';

/** No subpath: keeps apart from each other what the forecaster loads at once and what it loads with a later call. */
const chunks = { forecaster: 'src/forecaster/create-forecaster.ts' };

export default defineConfig({
  entry: { ...ENTRIES, ...chunks },
  format: ['esm', 'cjs'],
  clean: true,
  splitting: true,
  treeshake: true,
  target: 'es2022',
  platform: 'neutral',
  // Hardly anybody reads the CommonJS files; spaces are left out, as they would be a twentieth of the package.
  esbuildOptions(options, { format }) {
    options.minifyWhitespace = format === 'cjs';
  },
  esbuildPlugins: [
    pureConstants(),
    withoutComments('kysely'),
    thirdPartyLicences('dist/THIRD-PARTY-LICENSES.txt', 'The library contains code of these packages.'),
  ],
  // Of these only a few functions are used, which is less to install than six packages.
  noExternal: ['croner', 'date-fns', 'kysely', 'papaparse', 'simple-statistics', 'zod'],
  external: [/^node:/, 'worker_threads'],
});
