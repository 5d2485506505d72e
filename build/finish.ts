import { ENTRIES } from './entries.js';
import { passOnDeclarations } from './one-declaration.js';
import { declareInFolder } from './platform-types.js';

/** The last steps of `npm run build`. */
passOnDeclarations('dist', Object.keys(ENTRIES));
declareInFolder('dist');
