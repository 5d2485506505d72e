import { existsSync } from 'node:fs';
import { extname, join } from 'node:path';
import compression from 'compression';
import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import { HttpProblem } from './problem.js';

/** Paths of the server itself: what is not found there is no page of the dashboard. */
const OWN_PATHS = /^\/(api|docs|health|metrics|openapi\.json)(\/|$)/;

/** Scripts and requests of this origin only; no script inside a page. Components set sizes in styles of elements. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const YEAR_MS = 31_536_000_000;
const ASSET = /^\/[\w.-]+\.(js|css)$/;

/** Serves the built dashboard; its pages have addresses of their own, which all give the same document. */
export function mountDashboard(app: Express, directory: string): void {
  const document = join(directory, 'index.html');
  app.use((request, response, next) => {
    if (!OWN_PATHS.test(request.path)) response.setHeader('content-security-policy', CONTENT_SECURITY_POLICY);
    next();
  });
  app.use(compression());
  // Names of assets hold a hash of their content; everything else is asked for again.
  const assets = join(directory, 'assets');
  app.use('/assets', precompressed(assets), express.static(assets, { immutable: true, maxAge: YEAR_MS }));
  app.use(
    express.static(directory, { setHeaders: (response) => response.setHeader('cache-control', 'no-cache') }),
  );
  app.get('/{*page}', (request: Request, response: Response, next) => {
    if (
      OWN_PATHS.test(request.path) ||
      (request.path !== '/' && !request.headers.accept?.includes('text/html')) ||
      /\.\w+$/.test(request.path)
    )
      return next();
    if (!existsSync(document)) {
      throw new HttpProblem(404, 'not-built', 'The dashboard has not been built.', {
        hint: 'Run "npm run build:dashboard", or start the server with "npm run server".',
      });
    }
    response.setHeader('cache-control', 'no-cache');
    response.sendFile(document);
  });
}

/** Leads a browser that takes Brotli to the compressed copy of an asset, where the build made one. */
function precompressed(directory: string): RequestHandler {
  return (request, response, next) => {
    const copy = `${request.path}.br`;
    if (ASSET.test(request.path) && existsSync(join(directory, copy))) {
      response.vary('accept-encoding');
      if (request.acceptsEncodings('br')) {
        response.setHeader('content-encoding', 'br');
        response.type(extname(request.path));
        request.url = copy;
      }
    }
    next();
  };
}
