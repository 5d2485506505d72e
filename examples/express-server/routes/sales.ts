import { formatDay, type IngestReport, type SalesRecord } from 'commerce-forecast';
import { salesRecordSchema } from 'commerce-forecast/schemas';
import * as z from 'zod';
import { type Endpoint, endpoint } from '../http/endpoint.js';
import { HttpProblem } from '../http/problem.js';
import { readUpload } from '../http/upload.js';
import type { CsvIngestReport, CsvMapping, SalesService } from '../services/sales-service.js';
import { noQuery, problems } from './common.js';

const MAX_RECORDS = 50_000;
const IDEMPOTENCY_KEY = /^[\w.:-]{1,200}$/;
const { shape } = salesRecordSchema;

const recordBody = z
  .object({
    date: z
      .string()
      .refine(
        (date) => shape.date.safeParse(date).success,
        'Expected an ISO date or timestamp from 1900 to 2199',
      ),
    product_id: shape.productId,
    category: shape.category,
    units: shape.units,
    revenue: shape.revenue,
    price: shape.price,
    promo: shape.promo,
    in_stock: shape.inStock,
    location: shape.location,
  })
  .meta({ id: 'SalesRecord', description: 'Other properties, such as customer names, are dropped.' });

const deliveryBody = z
  .strictObject({ records: z.array(recordBody).min(1).max(MAX_RECORDS) })
  .meta({ id: 'SalesDelivery' });

/** A parameter that holds names with their values, as JSON. */
const namedTexts = z
  .string()
  .max(4_000)
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'Expected JSON' });
      return z.NEVER;
    }
  })
  .pipe(z.record(z.string().max(400), z.string().max(400)));

const ingestQuery = z.strictObject({
  mode: z
    .enum(['add', 'replace'])
    .default('add')
    .describe('Whether units add to what is stored for a day, or replace it.'),
  date_order: z.enum(['DMY', 'MDY', 'YMD']).optional().describe('Order of the dates of a CSV file.'),
  decimal: z.enum(['.', ',']).optional().describe('Decimal mark of a CSV file.'),
  time_zone: z.string().max(100).optional().describe('Zone whose days the times of a CSV file belong to.'),
  columns: namedTexts
    .optional()
    .describe(
      'Columns of a CSV file that are not to be guessed: `{"units": "Menge"}`, by the names of a sales record.',
    ),
  answers: namedTexts
    .optional()
    .describe('Answers to other questions of a CSV file: `{"missing-column:units": "one-per-line"}`.'),
});

const QUESTIONS = { date_order: 'date-order', decimal: 'decimal', time_zone: 'time-zone' } as const;

const findingSchema = z.object({
  code: z.string(),
  message: z.string(),
  count: z.number().int(),
  examples: z.array(z.array(z.union([z.string(), z.number()]))).describe('Where the first ones are.'),
});

const ingestResponse = z
  .object({
    rows: z.number().int(),
    accepted: z.number().int(),
    rejected: z.number().int(),
    written: z.number().int().describe('Daily rows that were stored.'),
    already_written: z.number().int().describe('Rows of a delivery that had been stored before.'),
    findings: z.array(findingSchema),
    profile: z.string().optional().describe('Shop system that wrote the CSV file, where it is known.'),
    assumptions: z
      .array(z.object({ question: z.string(), assumed: z.string() }))
      .optional()
      .describe('What a CSV file left open and how it was read; a query parameter settles it.'),
  })
  .meta({ id: 'IngestReport' });

const summaryResponse = z
  .object({
    rows: z.number().int(),
    products: z.number().int(),
    categories: z.array(z.string()),
    first_day: z.string().nullable(),
    last_day: z.string().nullable(),
  })
  .meta({ id: 'SalesSummary' });

/** Delivery of sales, and what is stored of them. */
export function salesEndpoints(
  sales: SalesService,
  limits: { readonly jsonBytes: number; readonly uploadBytes: number },
): Endpoint[] {
  return [
    endpoint({
      method: 'post',
      path: '/api/v1/sales',
      operationId: 'ingestSales',
      summary: 'Deliver sales as JSON or CSV',
      description:
        'A delivery is stored whole or not at all, whatever its size. One wrong record refuses a JSON body; of a CSV ' +
        'file, which is read as it arrives, wrong lines are left out and reported. With an `Idempotency-Key` a ' +
        'delivery may be repeated: the same body changes nothing, another body under the key is refused. Forecasts ' +
        'change with the next training.',
      tag: 'Sales',
      access: ['admin'],
      query: ingestQuery,
      body: { schema: deliveryBody, limitBytes: limits.jsonBytes },
      streams: {
        'text/csv':
          'An export of a shop system, or any table with a date, a product and units, by names and contents of its ' +
          'columns. What it leaves open is refused with the choices.',
      },
      responses: {
        200: { description: 'Counts of stored and rejected records.', schema: ingestResponse },
        ...problems(400, 401, 403, 409, 413, 415, 422, 429, 503),
      },
      handle: async ({ query, body, request, signal }) => {
        const options = {
          mode: query.mode,
          batchId: idempotencyKey(request.headers['idempotency-key']),
          signal,
        };
        const report = body
          ? await sales.ingest(body.records.map(toRecord), options)
          : await sales.ingestCsv(
              readUpload(request, limits.uploadBytes),
              mappingOf(query, charsetOf(request.headers['content-type'])),
              options,
            );
        return { json: toResponse(report) };
      },
    }),
    endpoint({
      method: 'get',
      path: '/api/v1/sales/summary',
      operationId: 'salesSummary',
      summary: 'Summary of the stored sales',
      tag: 'Sales',
      access: ['admin'],
      query: noQuery,
      responses: {
        200: { description: 'Counts and days.', schema: summaryResponse },
        ...problems(401, 403, 429, 503),
      },
      handle: async () => {
        const { rows, products, categories, firstDay, lastDay } = await sales.summary();
        const day = (value: number | undefined) => (value === undefined ? null : formatDay(value));
        return { json: { rows, products, categories, first_day: day(firstDay), last_day: day(lastDay) } };
      },
    }),
  ];
}

function idempotencyKey(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (typeof header === 'string' && IDEMPOTENCY_KEY.test(header)) return header;
  throw new HttpProblem(400, 'invalid-parameter', 'Idempotency-Key must be 1 to 200 of A-Z a-z 0-9 _ . : -', {
    path: ['header', 'idempotency-key'],
  });
}

/**
 * The encoding that a content type names; undefined without one, and for UTF-8, which is what is tried first.
 *
 * @throws HttpProblem 415 for one that is not known.
 */
function charsetOf(contentType: string | undefined): string | undefined {
  const [, charset] = /;\s*charset="?([\w:.-]+)"?/i.exec(contentType ?? '') ?? [];
  if (charset === undefined) return undefined;
  try {
    const { encoding } = new TextDecoder(charset);
    return encoding === 'utf-8' ? undefined : encoding;
  } catch {
    throw new HttpProblem(415, 'unsupported-charset', 'The charset of the body is not known.', {
      path: ['header', 'content-type'],
    });
  }
}

/** Facts about a CSV file that the request gives, by the names of the package. */
function mappingOf(query: z.output<typeof ingestQuery>, charset: string | undefined): CsvMapping {
  const names = Object.keys(QUESTIONS) as (keyof typeof QUESTIONS)[];
  const settled = names.flatMap((name) =>
    query[name] === undefined ? [] : [[QUESTIONS[name], query[name]]],
  );
  const { columns, answers } = query;
  const encoding = charset !== undefined && { encoding: charset };
  return { columns, answers: { ...encoding, ...answers, ...Object.fromEntries(settled) } };
}

function toRecord({ product_id, in_stock, ...record }: z.output<typeof recordBody>): SalesRecord {
  return { ...record, productId: product_id, inStock: in_stock };
}

function toResponse(report: IngestReport | CsvIngestReport): z.output<typeof ingestResponse> {
  const { rows, accepted, rejected, written, alreadyWritten, findings } = report;
  return {
    rows,
    accepted,
    rejected,
    written,
    already_written: alreadyWritten,
    findings: findings.map(({ code, message, count, examples }) => ({
      code,
      message,
      count,
      examples: examples.map(({ path }) => [...path]),
    })),
    ...('assumptions' in report && { profile: report.profile, assumptions: [...report.assumptions] }),
  };
}
