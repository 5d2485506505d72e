import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';
import { endpointsOf } from '../express-server/app.js';
import { composeServer } from '../express-server/compose.js';
import { readConfig } from '../express-server/config.js';
import { openApiDocument } from '../express-server/http/openapi.js';
import { createLogger } from '../express-server/logger.js';

const HEADER = '// Written by "npm run api:dashboard" from the OpenAPI document of the server.\n';

/** The types of the API, from the schemas that the server validates and describes its answers with. */
export async function apiSchema(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'api-schema-'));
  const composed = await composeServer(readConfig({ DATA_DIR: directory }), {
    logger: createLogger('silent'),
  });
  try {
    const document = openApiDocument(endpointsOf(composed.dependencies), 'v1');
    const text = astToString(await openapiTS(JSON.stringify(document)));
    // What the schemas say of themselves is in the document of the server.
    return HEADER + text.replaceAll(/^ *\/\*\*[\s\S]*?\*\/\n/gm, '');
  } finally {
    await composed.close();
    rmSync(directory, { recursive: true, force: true });
  }
}
