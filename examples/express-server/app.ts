import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Forecaster } from 'commerce-forecast';
import type { PostgresStorage } from 'commerce-forecast/postgres';
import compression from 'compression';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import type { Logger } from 'pino';
import swaggerUi from 'swagger-ui-express';
import type { AccessControl } from './http/authorize.js';
import { clientOf } from './http/client-address.js';
import { CrossOrigin } from './http/cross-origin.js';
import { mountDashboard } from './http/dashboard.js';
import { serveDirectly } from './http/direct.js';
import { type Endpoint, isForAdminsOnly } from './http/endpoint.js';
import type { HeaderSink } from './http/header-list.js';
import { inTurns } from './http/in-turns.js';
import { mountEndpoints, unknownPath } from './http/mount.js';
import { observeRequests } from './http/observe.js';
import { openApiDocument } from './http/openapi.js';
import { HttpProblem } from './http/problem.js';
import { refuseSecretInUrl } from './http/secrets.js';
import { securityHeaders } from './http/security-headers.js';
import { problemSender } from './http/send.js';
import type { Tracing } from './monitoring/tracing.js';
import { cacheEndpoints, keyEndpoints, tokenEndpoints } from './routes/admin.js';
import { alertEndpoints } from './routes/alerts.js';
import { dailyEndpoints } from './routes/daily.js';
import { forecastEndpoints } from './routes/forecast.js';
import { forecastTableEndpoints } from './routes/forecast-table.js';
import { modelEndpoints } from './routes/model.js';
import { healthEndpoints, metricsEndpoints, type Operations } from './routes/operations.js';
import { pastForecastEndpoints } from './routes/past-forecasts.js';
import { planEndpoints } from './routes/plan.js';
import { planningEndpoints } from './routes/planning.js';
import { salesEndpoints } from './routes/sales.js';
import { salesRemovalEndpoints } from './routes/sales-removal.js';
import { salesTotalsEndpoints } from './routes/sales-totals.js';
import { sessionEndpoints } from './routes/session.js';
import { type SignInPlaces, signInEndpoints, signInOfferEndpoint } from './routes/sign-in.js';
import { stockPlanEndpoints } from './routes/stock-plan.js';
import { tenantEndpoints } from './routes/tenants.js';
import { versionEndpoints } from './routes/versions.js';
import { type WebhookSenders, webhookEndpoints } from './routes/webhooks.js';
import type { KeyManager } from './security/api-key-service.js';
import type { CategoryAccess } from './security/category-access.js';
import type { AlertService } from './services/alert-service.js';
import type { DailyForecastService } from './services/daily-forecast-service.js';
import type { ForecastService } from './services/forecast-service.js';
import type { ModelService } from './services/model-service.js';
import type { PastForecastService } from './services/past-forecast-service.js';
import type { PlanningService } from './services/planning-service.js';
import type { RolloutService } from './services/rollout-service.js';
import type { SalesService } from './services/sales-service.js';
import type { TrainingService } from './services/training-service.js';
import type { WebhookService } from './services/webhook-service.js';
import type { TenantAdministration } from './tenants/set-up.js';
import type { Tenants } from './tenants/tenants.js';

/** Everything that the application is made from. */
export interface AppDependencies {
  readonly forecaster: Forecaster;
  readonly forecasts: ForecastService;
  readonly sales: SalesService;
  readonly webhooks: WebhookService;
  readonly senders: WebhookSenders;
  readonly models: ModelService;
  readonly rollout: RolloutService;
  readonly trainings: TrainingService;
  readonly planning: PlanningService;
  readonly alerts: AlertService;
  readonly daily: DailyForecastService;
  readonly past: PastForecastService;
  readonly storage: PostgresStorage;
  readonly access: AccessControl;
  readonly categories: CategoryAccess;
  readonly operations: Operations;
  /** Undefined on an embedded database, which has no tenants. */
  readonly tenants?: Tenants | undefined;
  readonly administration?: TenantAdministration | undefined;
  readonly logger: Logger;
  /** Undefined where requests are not traced. */
  readonly tracing?: Tracing | undefined;
  /** Called with every error that ended a request. */
  readonly onError: (error: unknown) => void;
  /** Tells whether the server is being shut down: connections are then closed after their answer. */
  readonly isDraining: () => boolean;
  readonly settings: {
    readonly jsonLimitBytes: number;
    readonly uploadLimitBytes: number;
    /** Proxies in front of the server whose `X-Forwarded-For` is believed. */
    readonly trustedProxies: number;
    readonly https: boolean;
    readonly version: string;
    /** Identity provider whose tokens are taken. */
    readonly issuer: string | undefined;
    /** Undefined where people sign in with keys only. */
    readonly signIn: SignInPlaces | undefined;
    /** Seconds within which a JSON body has to arrive. */
    readonly jsonSeconds: number;
    readonly documentation: 'all' | 'without-administration' | 'none';
    /** Folder of the built dashboard. */
    readonly dashboardDirectory: string;
    /** Other origins whose pages may use the API with a session. */
    readonly dashboardOrigins: readonly string[];
  };
}

/** The operations of the API. */
export function endpointsOf(
  dependencies: Omit<AppDependencies, 'logger' | 'onError' | 'isDraining'>,
): Endpoint[] {
  const { access, operations, administration, settings } = dependencies;
  const { metrics, readiness } = operations;
  return [
    ...shopEndpoints({ ...dependencies, keys: access.apiKeys.of(undefined), metrics }),
    ...webhookEndpoints(dependencies.webhooks, dependencies.senders, settings.jsonLimitBytes),
    ...tenantEndpoints(administration),
    signInOfferEndpoint(access, settings.signIn),
    ...(settings.signIn ? signInEndpoints(access, settings.signIn) : []),
    ...healthEndpoints(readiness),
  ];
}

/** The operations about one shop: those that a tenant has, over what is its own. */
export function shopEndpoints(
  dependencies: Omit<
    AppDependencies,
    'logger' | 'onError' | 'isDraining' | 'operations' | 'tenants' | 'administration' | 'webhooks' | 'senders'
  > &
    Pick<Operations, 'metrics'> & { readonly keys: KeyManager },
): Endpoint[] {
  const { forecaster, forecasts, sales, models, rollout, trainings, access, settings } = dependencies;
  const { planning, daily, storage, categories } = dependencies;
  const uploads = { jsonBytes: settings.jsonLimitBytes, uploadBytes: settings.uploadLimitBytes };
  return [
    ...forecastEndpoints(forecasts),
    ...dailyEndpoints(daily),
    ...pastForecastEndpoints(dependencies.past),
    ...planningEndpoints(planning),
    ...stockPlanEndpoints(planning),
    ...forecastTableEndpoints(planning),
    ...alertEndpoints(dependencies.alerts),
    ...salesEndpoints(sales, uploads),
    ...salesRemovalEndpoints(storage),
    ...salesTotalsEndpoints(storage, categories),
    ...planEndpoints(forecaster, categories, uploads),
    ...modelEndpoints(models, trainings, categories),
    ...versionEndpoints(models, rollout),
    ...cacheEndpoints(forecaster.cache),
    ...keyEndpoints(dependencies.keys),
    ...sessionEndpoints(access.sessions),
    ...(access.tokens ? tokenEndpoints(access.tokens) : []),
    ...metricsEndpoints(dependencies.metrics),
  ];
}

/** Two ways of answering the requests of a server. */
export interface App {
  /** The Express application, complete by itself. */
  readonly express: Express;
  /** The same application behind a shorter way for what is asked most: a listener for `http.createServer`. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
}

/** Makes the application. It reads no environment and does not listen. */
export function createApp(dependencies: AppDependencies): App {
  const { access, logger, settings, isDraining, onError } = dependencies;
  const observe = observeRequests(access.metrics, logger);
  const headers = securityHeaders(settings.https);
  const crossOrigin = new CrossOrigin(settings.dashboardOrigins);
  const prepare = (request: IncomingMessage, response: ServerResponse, sink: HeaderSink) => {
    observe(request, response, sink);
    for (const [name, value] of headers) sink.setHeader(name, value);
    crossOrigin.allow(request, sink);
    if (isDraining()) sink.setHeader('connection', 'close');
  };
  const sendProblem = problemSender(logger, onError);
  const endpoints = endpointsOf(dependencies);
  const app = express();
  app.set('trust proxy', settings.trustedProxies);
  app.set('query parser', 'simple');
  app.set('etag', false);
  app.disable('x-powered-by');
  app.use((request, response, next) => {
    prepare(request, response, response);
    if (crossOrigin.answersPreflight(request, response)) response.status(204).end();
    else next();
  });
  app.use((request, _response, next) => {
    refuseSecretInUrl(request.url);
    next();
  });
  mountEndpoints(app, endpoints, access, settings.jsonSeconds, dependencies.tenants);
  mountDocumentation(app, endpoints, access, settings);
  mountDashboard(app, settings.dashboardDirectory);
  app.use(unknownPath);
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    sendProblem(error, request, response);
  });
  const serve = serveDirectly(endpoints, access, sendProblem, prepare, app);
  // Within a turn: each request has a context of its own only from here on.
  return { express: app, handle: inTurns(dependencies.tracing?.handle(serve) ?? serve) };
}

/** The documents are public, and so limited by address. */
function mountDocumentation(
  app: Express,
  endpoints: readonly Endpoint[],
  { documentLimiter }: AccessControl,
  { documentation, version, issuer }: AppDependencies['settings'],
): void {
  if (documentation === 'none') return;
  const shown = documentation === 'all' ? endpoints : endpoints.filter((item) => !isForAdminsOnly(item));
  const document = openApiDocument(shown, version, issuer);
  app.use(['/openapi.json', '/docs'], async (request, _response, next) => {
    const { allowed, resetSeconds } = await documentLimiter.consume(clientOf(request));
    if (!allowed) {
      throw new HttpProblem(429, 'rate-limited', 'The documentation was asked for too often.', {
        headers: { 'retry-after': String(resetSeconds) },
      });
    }
    next();
  });
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
