import * as z from 'zod';
import { type Endpoint, endpoint } from '../http/endpoint.js';
import { HttpProblem } from '../http/problem.js';
import type { TenantAdministration } from '../tenants/set-up.js';
import type { Quotas, Retention, Tenant } from '../tenants/tenant-repository.js';
import { TENANT_ID } from '../tenants/tenant-schema.js';
import { issuedSchema, keyFields } from './admin.js';
import { noQuery, problems, storableText } from './common.js';

const BODY_BYTES = 16_384;
const MOST = 2_147_483_647;

const tenantId = z.string().regex(TENANT_ID, 'Expected a lower-case letter, then up to 30 of a-z 0-9 _');
const tenantParams = z.strictObject({ tenant: tenantId });
const count = z.number().int().min(0).max(MOST).optional();

const quotasBody = z
  .strictObject({
    rows: count.describe('Daily rows of sales that are stored.'),
    trainings_per_day: count.describe('Trainings that are asked for within 24 hours.'),
    requests_per_minute: z.number().int().min(1).max(MOST).optional().describe('Of all keys together.'),
  })
  .meta({ id: 'TenantQuotas', description: 'What is left out has no limit.' });

const days = (least: number) => z.number().int().min(least).max(3_660).optional();

const retentionBody = z
  .strictObject({
    sales_days: days(60).describe('Sales; without it those of RETENTION_DAYS.'),
    removals_days: days(30).describe('Log of who removed sales, and why; without it all of it.'),
    trainings_days: days(30).describe(
      'Trainings that have ended, but for the last one; without it all of them.',
    ),
  })
  .meta({ id: 'TenantRetention', description: 'Days that are kept.' });

const createBody = z
  .strictObject({ id: tenantId, quotas: quotasBody.default({}) })
  .meta({ id: 'TenantRequest' });

const quota = z.number().int().nullable();
const tenantSchema = z
  .object({
    id: z.string(),
    created_at: z.string(),
    ready: z.boolean().describe('False for one that was not set up to the end: ask for it again.'),
    quotas: z.object({ rows: quota, trainings_per_day: quota, requests_per_minute: quota }),
    retention: z
      .object({ sales_days: quota, removals_days: quota, trainings_days: quota })
      .describe('Null for what is as everywhere in the installation.'),
  })
  .meta({ id: 'Tenant' });

/** Tenants of the installation, for its administrators. */
export function tenantEndpoints(administration: TenantAdministration | undefined): Endpoint[] {
  const common = { tag: 'Tenants', access: ['admin'], query: noQuery } as const;
  const required = () => {
    if (administration) return administration;
    throw new HttpProblem(409, 'no-tenants', 'Tenants need PostgreSQL: the embedded database has no roles.', {
      hint: 'Start the server with DATABASE_URL.',
    });
  };
  return [
    endpoint({
      ...common,
      method: 'post',
      path: '/api/v1/tenants',
      operationId: 'createTenant',
      summary: 'Set up a tenant, and issue its first key',
      body: { schema: createBody, limitBytes: BODY_BYTES },
      responses: {
        201: {
          description: 'The tenant, and a key of its administrator.',
          schema: tenantSchema.extend({ key: issuedSchema }).meta({ id: 'CreatedTenant' }),
        },
        ...problems(400, 401, 403, 409, 415, 429, 503),
      },
      handle: async ({ body }) => {
        const created = await required().create(body.id, quotasOf(body.quotas));
        if (!created) {
          throw new HttpProblem(409, 'conflict', 'There is a tenant of that id.', { path: ['body', 'id'] });
        }
        const { tenant, key, text } = created;
        return { status: 201, json: { ...tenantFields(tenant), key: { ...keyFields(key), key: text } } };
      },
    }),
    endpoint({
      ...common,
      method: 'get',
      path: '/api/v1/tenants',
      operationId: 'listTenants',
      summary: 'List the tenants',
      responses: {
        200: { description: 'The tenants by id.', schema: z.object({ tenants: z.array(tenantSchema) }) },
        ...problems(401, 403, 409, 429, 503),
      },
      handle: async () => ({ json: { tenants: (await required().list()).map(tenantFields) } }),
    }),
    endpoint({
      ...common,
      method: 'post',
      path: '/api/v1/tenants/{tenant}/quotas',
      operationId: 'setTenantQuotas',
      summary: 'Replace the quotas of a tenant; instances follow within ten seconds',
      params: tenantParams,
      body: { schema: quotasBody, limitBytes: BODY_BYTES },
      responses: {
        200: { description: 'The tenant.', schema: tenantSchema },
        ...problems(400, 401, 403, 404, 409, 415, 429, 503),
      },
      handle: async ({ params, body }) => {
        const tenant = await required().setQuotas(params.tenant, quotasOf(body));
        if (!tenant) throw noSuchTenant();
        return { json: tenantFields(tenant) };
      },
    }),
    endpoint({
      ...common,
      method: 'post',
      path: '/api/v1/tenants/{tenant}/retention',
      operationId: 'setTenantRetention',
      summary: 'Replace for how long what a tenant has is kept; the daily chores follow',
      params: tenantParams,
      body: { schema: retentionBody, limitBytes: BODY_BYTES },
      responses: {
        200: { description: 'The tenant.', schema: tenantSchema },
        ...problems(400, 401, 403, 404, 409, 415, 429, 503),
      },
      handle: async ({ params, body }) => {
        const tenant = await required().setRetention(params.tenant, retentionOf(body));
        if (!tenant) throw noSuchTenant();
        return { json: tenantFields(tenant) };
      },
    }),
    endpoint({
      ...common,
      method: 'post',
      path: '/api/v1/tenants/{tenant}/api-keys',
      operationId: 'issueTenantKey',
      summary: 'Issue a key of an administrator of a tenant, which has lost its own',
      params: tenantParams,
      body: {
        schema: z.strictObject({ name: storableText(100).min(1) }).meta({ id: 'TenantKeyRequest' }),
        limitBytes: BODY_BYTES,
      },
      responses: {
        201: { description: 'The key.', schema: issuedSchema },
        ...problems(400, 401, 403, 404, 409, 415, 429, 503),
      },
      handle: async ({ params, body }) => {
        const issued = await required().issueKey(params.tenant, body.name);
        if (!issued) throw noSuchTenant();
        return { status: 201, json: { ...keyFields(issued.key), key: issued.text } };
      },
    }),
  ];
}

function noSuchTenant(): HttpProblem {
  return new HttpProblem(404, 'not-found', 'There is no such tenant.', { path: ['path', 'tenant'] });
}

function quotasOf(body: z.output<typeof quotasBody>): Quotas {
  return {
    rows: body.rows,
    trainingsPerDay: body.trainings_per_day,
    requestsPerMinute: body.requests_per_minute,
  };
}

function retentionOf(body: z.output<typeof retentionBody>): Retention {
  return { sales: body.sales_days, removals: body.removals_days, trainings: body.trainings_days };
}

function tenantFields({ id, createdAt, isReady, quotas, retention }: Tenant): z.output<typeof tenantSchema> {
  return {
    id,
    created_at: createdAt.toISOString(),
    ready: isReady,
    quotas: {
      rows: quotas.rows ?? null,
      trainings_per_day: quotas.trainingsPerDay ?? null,
      requests_per_minute: quotas.requestsPerMinute ?? null,
    },
    retention: {
      sales_days: retention.sales ?? null,
      removals_days: retention.removals ?? null,
      trainings_days: retention.trainings ?? null,
    },
  };
}
