import { join } from 'node:path';
import { FileTokenStore, type QuickBooksSource, quickBooksSource } from 'commerce-forecast/sources';
import type { Logger } from 'pino';
import type { ServerConfig } from './config.js';
import type { WebhookSenders } from './routes/webhooks.js';
import { QuickBooksSync } from './services/quickbooks-sync.js';
import type { SalesService } from './services/sales-service.js';

interface SenderParts {
  readonly sales: SalesService;
  readonly logger: Logger;
  readonly now: () => Date;
  /** Default: the company that is configured. */
  readonly quickBooks: QuickBooksSource | undefined;
}

/** Shop systems whose events the settings name. */
export function composeSenders(config: ServerConfig, parts: SenderParts): WebhookSenders {
  const { SHOPIFY_WEBHOOK_SECRET: secret } = config;
  return { shopify: secret === undefined ? undefined : { secret }, quickBooks: quickBooksOf(config, parts) };
}

function quickBooksOf(
  config: ServerConfig,
  { quickBooks, ...parts }: SenderParts,
): WebhookSenders['quickBooks'] {
  const {
    QUICKBOOKS_WEBHOOK_TOKEN: token,
    QUICKBOOKS_REALM_ID: realmId,
    QUICKBOOKS_CLIENT_ID: clientId,
    QUICKBOOKS_CLIENT_SECRET: clientSecret,
    QUICKBOOKS_TOKENS_FILE: path,
    DATA_DIR,
    RETENTION_DAYS: days,
  } = config;
  if (!token || !realmId || !clientId || !clientSecret || !path) return undefined;
  const source =
    quickBooks ?? quickBooksSource({ realmId, clientId, clientSecret, tokens: new FileTokenStore({ path }) });
  const statePath = join(DATA_DIR, `quickbooks-${realmId}.json`);
  return { token, realmId, sync: new QuickBooksSync({ ...parts, source, statePath, days }) };
}
