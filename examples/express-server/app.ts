import type { Forecaster } from 'commerce-forecast';
import compression from 'compression';
import express, { type Express } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import swaggerUi from 'swagger-ui-express';
import type { AccessControl } from './http/authorize.js';
import type { Endpoint } from './http/endpoint.js';
import { answerProblems, mountEndpoints, unknownPath } from './http/mount.js';
import { observeRequests } from './http/observe.js';
import { openApiDocument } from './http/openapi.js';
import { cacheEndpoints, keyEndpoints, tokenEndpoints } from './routes/admin.js';
import { forecastEndpoints } from './routes/forecast.js';
import { modelEndpoints } from './routes/model.js';
import { type Operations, operationsEndpoints } from './routes/operations.js';
import { salesEndpoints } from './routes/sales.js';
import type { ForecastService } from './services/forecast-service.js';
import type { ModelService } from './services/model-service.js';
import type { SalesService } from './services/sales-service.js';
import type { TrainingService } from './services/training-service.js';

/** Everything that the application is made from. */
export interface AppDependencies {
  readonly forecaster: Forecaster;
  readonly forecasts: ForecastService;
  readonly sales: SalesService;
  readonly models: ModelService;
  readonly trainings: TrainingService;
  readonly access: AccessControl;
  readonly operations: Operations;
  readonly logger: Logger;
  /** Told of every error that a request ended with. */
  readonly onError: (error: unknown) => void;
  /** Whether the server is being shut down: connections are then closed after their answer. */
  readonly isDraining: () => boolean;
  readonly settings: {
    readonly jsonLimitBytes: number;
    readonly uploadLimitBytes: number;
    /** Proxies in front of the server whose `X-Forwarded-For` is believed. */
    readonly trustedProxies: number;
    readonly https: boolean;
    readonly version: string;
  };
}

/** The operations of the API. */
export function endpointsOf(
  dependencies: Omit<AppDependencies, 'logger' | 'onError' | 'isDraining'>,
): Endpoint[] {
  const { forecaster, forecasts, sales, models, trainings, access, operations, settings } = dependencies;
  return [
    ...forecastEndpoints(forecasts),
    ...salesEndpoints(sales, { jsonBytes: settings.jsonLimitBytes, uploadBytes: settings.uploadLimitBytes }),
    ...modelEndpoints(forecaster, models, trainings),
    ...cacheEndpoints(forecaster.cache),
    ...keyEndpoints(access.apiKeys),
    ...(access.tokens ? tokenEndpoints(access.tokens) : []),
    ...operationsEndpoints(operations),
  ];
}

/** Makes the application. It reads no environment and does not listen. */
export function createApp(dependencies: AppDependencies): Express {
  const { access, logger, settings, isDraining } = dependencies;
  const app = express();
  app.set('trust proxy', settings.trustedProxies);
  app.set('query parser', 'simple');
  app.set('etag', false);
  app.disable('x-powered-by');
  app.use(observeRequests(access.metrics, logger));
  app.use(securityHeaders(settings.https));
  app.use((_, response, next) => {
    if (isDraining()) response.setHeader('connection', 'close');
    next();
  });
  const endpoints = endpointsOf(dependencies);
  mountEndpoints(app, endpoints, access);
  mountDocumentation(app, openApiDocument(endpoints, settings.version));
  app.use(unknownPath);
  app.use(answerProblems(logger, dependencies.onError));
  return app;
}

/** Without TLS a browser must not be told to come back with it. */
function securityHeaders(https: boolean) {
  return helmet({
    strictTransportSecurity: https,
    contentSecurityPolicy: { directives: { upgradeInsecureRequests: https ? [] : null } },
  });
}

function mountDocumentation(app: Express, document: Record<string, unknown>): void {
  app.get('/openapi.json', compression(), (_, response) => {
    response.json(document);
  });
  app.use(
    '/docs',
    compression(),
    swaggerUi.serve,
    swaggerUi.setup(undefined, { swaggerOptions: { url: '/openapi.json' } }),
  );
}
