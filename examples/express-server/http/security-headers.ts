import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet from 'helmet';

/**
 * The headers that helmet sets, which are the same for every response and so are computed once. Without TLS a browser
 * must not be told to use it next time.
 */
export function securityHeaders(https: boolean): readonly (readonly [name: string, value: string])[] {
  const headers = new Map<string, string>();
  const recorder = {
    setHeader: (name: string, value: string) => headers.set(name, value),
    removeHeader: (name: string) => headers.delete(name),
  } as unknown as ServerResponse;
  const middleware = helmet({
    strictTransportSecurity: https,
    contentSecurityPolicy: { directives: { upgradeInsecureRequests: https ? [] : null } },
  });
  middleware({} as IncomingMessage, recorder, (error?: unknown) => {
    if (error) throw error;
  });
  return [...headers];
}
