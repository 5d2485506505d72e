import * as z from 'zod';
import { discoveryAddress } from '../security/provider-documents.js';
import type { Endpoint, ResponseDescription } from './endpoint.js';

type JsonObject = Record<string, unknown>;

/**
 * The OpenAPI 3.1 document of the endpoints, from the schemas that validate their requests.
 *
 * @param issuer identity provider whose tokens are taken
 */
export function openApiDocument(
  endpoints: readonly Endpoint[],
  version: string,
  issuer?: string,
): JsonObject {
  const schemas: JsonObject = {};
  const paths: Record<string, JsonObject> = {};
  const securitySchemes: JsonObject = {
    bearer: { type: 'http', scheme: 'bearer', description: 'An API key, or a token.' },
    apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
    ...(issuer === undefined
      ? {}
      : { openIdConnect: { type: 'openIdConnect', openIdConnectUrl: discoveryAddress(issuer) } }),
  };
  const security = Object.keys(securitySchemes).map((name) => ({ [name]: [] }));
  for (const item of endpoints) {
    (paths[item.path] ??= {})[item.method] = operation(item, security, schemas);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Sales forecasts',
      version,
      description: 'Top-selling products by category for the next week, month or year.',
    },
    paths,
    components: {
      schemas,
      securitySchemes,
    },
  };
}

function operation(item: Endpoint, security: JsonObject[], schemas: JsonObject): JsonObject {
  return {
    operationId: item.operationId,
    summary: item.summary,
    ...(item.description ? { description: item.description } : {}),
    tags: [item.tag],
    security: item.access === 'public' ? [] : security,
    ...(Array.isArray(item.access) ? { 'x-roles': item.access } : {}),
    parameters: [
      ...parameters('path', item.params, schemas),
      ...parameters('query', item.query, schemas),
      ...(item.streams ? [idempotencyKey] : []),
    ],
    ...requestBody(item, schemas),
    responses: Object.fromEntries(
      Object.entries(item.responses).map(([status, response]) => [status, responseObject(response, schemas)]),
    ),
  };
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'Names the delivery, so that sending it again changes nothing.',
  schema: { type: 'string', pattern: '^[\\w.:-]{1,200}$' },
};

function parameters(
  place: 'path' | 'query',
  schema: z.ZodType | undefined,
  schemas: JsonObject,
): JsonObject[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, 'input', schemas) as {
    properties?: Record<string, JsonObject>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...own }]) => ({
    name,
    in: place,
    required: required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: own,
  }));
}

function requestBody({ body, streams = {} }: Endpoint, schemas: JsonObject): JsonObject {
  if (!body) return {};
  const content: JsonObject = { 'application/json': { schema: jsonSchema(body.schema, 'input', schemas) } };
  for (const [type, description] of Object.entries(streams)) {
    content[type] = { schema: { type: 'string', description } };
  }
  return { requestBody: { required: true, content } };
}

function responseObject(
  { description, schema, contentType }: ResponseDescription,
  schemas: JsonObject,
): JsonObject {
  if (!schema && !contentType) return { description };
  const type = contentType ?? 'application/json';
  return {
    description,
    content: { [type]: { schema: schema ? jsonSchema(schema, 'output', schemas) : { type: 'string' } } },
  };
}

/** The JSON Schema of a zod schema; those with an id become components that are referred to. */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output', schemas: JsonObject): JsonObject {
  const id = z.globalRegistry.get(schema)?.id;
  const {
    $schema: _,
    $defs = {},
    ...own
  } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as JsonObject & {
    $defs?: JsonObject;
  };
  for (const [name, definition] of Object.entries($defs)) schemas[name] = toComponents(definition);
  if (!id) return toComponents(own);
  // Where the schema refers to its own definition, that is among those above.
  if (!('$ref' in own)) schemas[id] = toComponents(own);
  return { $ref: `#/components/schemas/${id}` };
}

/** Points references at the components, and leaves out what only names them. */
function toComponents<T>(value: T): T {
  const text = JSON.stringify(value, (key, item) =>
    key === 'id' && typeof item === 'string' ? undefined : item,
  );
  return JSON.parse(text.replaceAll('#/$defs/', '#/components/schemas/'));
}
