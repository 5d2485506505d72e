import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { apiSchema } from '../../examples/dashboard/api-schema.js';

it('is asked with the types that the server describes', async () => {
  const written = fileURLToPath(new URL('../../examples/dashboard/src/api/schema.ts', import.meta.url));
  // Another answer of the server changes the types; what uses them then fails the type check. "npm run api:dashboard".
  expect(readFileSync(written, 'utf8')).toBe(await apiSchema());
});
