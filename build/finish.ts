import { declareInFolder } from './platform-types.js';

/** The last step of `npm run build`. */
declareInFolder('dist');
