import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { apiSchema } from './api-schema.js';

/** Writes the types that the dashboard asks the API with. */
writeFileSync(fileURLToPath(new URL('src/api/schema.ts', import.meta.url)), await apiSchema());
