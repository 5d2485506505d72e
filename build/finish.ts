import { bundleDeclarations } from './declarations.js';
import { ENTRIES } from './entries.js';
import { mergeChunks } from './merge-chunks.js';
import { declareInFolder } from './platform-types.js';

/** What people load without the rest of the core. */
const ALONE = ['forecaster', 'boosting', 'seasonal-trend', 'inventory', 'wape', 'seasonalNaive'];

/** The last steps of `npm run build`. */
await mergeChunks('dist', 'index', ALONE);
await bundleDeclarations('dist', ENTRIES);
declareInFolder('dist');
