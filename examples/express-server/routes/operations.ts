import * as z from 'zod';
import { type Endpoint, endpoint } from '../http/endpoint.js';
import { problems } from './common.js';

const liveSchema = z.object({ status: z.literal('alive') });
const readySchema = z.object({
  status: z.enum(['ready', 'not-ready']),
  checks: z.record(z.string(), z.enum(['ok', 'degraded', 'failing', 'not-used'])),
  model: z
    .object({ unloadable: z.array(z.number().int()), answering: z.number().int().nullable() })
    .optional()
    .describe('Versions that are lost or damaged, and the one that answers in the place of production.'),
});

export type ReadinessReport = z.output<typeof readySchema>;

export interface Operations {
  readonly readiness: () => Promise<ReadinessReport>;
  /** The metrics of all processes as text, with their content type. */
  readonly metrics: () => Promise<{ readonly text: string; readonly contentType: string }>;
}

/** Makes the endpoints about the process: liveness and readiness. */
export function healthEndpoints(readiness: Operations['readiness']): Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/health/live',
      operationId: 'live',
      summary: 'Liveness of the process; restart it if it does not answer',
      tag: 'Operations',
      access: 'public',
      responses: { 200: { description: 'The process is alive.', schema: liveSchema } },
      handle: () => ({ json: { status: 'alive' } }),
    }),
    endpoint({
      method: 'get',
      path: '/health/ready',
      operationId: 'ready',
      summary: 'Readiness of the process to take requests',
      description:
        'Ready with a model and until it is shut down. Without database or Redis forecasts are still answered, so ' +
        'that these are reported and do not count.',
      tag: 'Operations',
      access: 'public',
      responses: {
        200: { description: 'Ready.', schema: readySchema },
        503: { description: 'Not ready.', schema: readySchema },
      },
      handle: async () => {
        const json = await readiness();
        return { status: json.status === 'ready' ? 200 : 503, json };
      },
    }),
  ];
}

/** Makes the endpoint of the metrics. */
export function metricsEndpoints(metrics: Operations['metrics']): Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/metrics',
      operationId: 'metrics',
      summary: 'Metrics for Prometheus',
      description:
        'Takes the METRICS_TOKEN of the server, or a key with the role admin, which gets those of its tenant.',
      tag: 'Operations',
      access: 'metrics',
      responses: {
        200: { description: 'The metrics.', contentType: 'text/plain' },
        ...problems(401, 403, 429),
      },
      handle: () => metrics(),
    }),
  ];
}
