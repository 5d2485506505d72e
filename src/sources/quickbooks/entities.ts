import * as z from 'zod';
import { tryParseDay } from '../../calendar/day.js';

/** Transactions that sell or take back products. Payments and estimates do not count: they would count sales twice. */
export const TRANSACTION_KINDS = ['SalesReceipt', 'Invoice', 'CreditMemo', 'RefundReceipt'] as const;
export type TransactionKind = (typeof TRANSACTION_KINDS)[number];

/** 1 where units leave, -1 where they come back. */
export const DIRECTION: Readonly<Record<TransactionKind, 1 | -1>> = {
  SalesReceipt: 1,
  Invoice: 1,
  CreditMemo: -1,
  RefundReceipt: -1,
};

const reference = z.object({ value: z.string() });

// Only fields that a forecast needs: zod drops the rest, including names, addresses, e-mails and notes of
// customers.
const salesLineSchema = z.object({
  DetailType: z.string().optional(),
  Amount: z.number().optional(),
  SalesItemLineDetail: z
    .object({ ItemRef: reference.optional(), Qty: z.number().optional(), UnitPrice: z.number().optional() })
    .optional(),
});

const lineSchema = salesLineSchema.extend({
  /** A bundle: the lines of its parts. */
  GroupLineDetail: z.object({ Line: z.array(salesLineSchema).optional() }).optional(),
});

export const transactionSchema = z.object({
  Id: z.string().min(1),
  TxnDate: z.string().refine((text) => tryParseDay(text) !== undefined, 'Expected a day'),
  /** Units of the home currency for one unit of the transaction's. */
  ExchangeRate: z.number().positive().optional(),
  Line: z.array(lineSchema).default([]),
});

export const itemSchema = z.object({
  Id: z.string().min(1),
  Type: z.string().optional(),
  Name: z.string().optional(),
  FullyQualifiedName: z.string().optional(),
  Sku: z.string().optional(),
});

export type SalesLine = z.output<typeof salesLineSchema>;
export type Transaction = z.output<typeof transactionSchema>;
export type Item = z.output<typeof itemSchema>;

/** One page of a query. */
export function queryAnswerSchema<S extends z.ZodType>(kind: string, entity: S) {
  return z.object({
    QueryResponse: z.object({ [kind]: z.array(entity).optional() }),
    time: z.string().optional(),
  });
}

export const changeAnswerSchema = z.object({
  CDCResponse: z.array(
    z.object({
      QueryResponse: z
        .array(
          z.record(
            z.string(),
            z.union([z.array(z.object({ Id: z.string(), status: z.string().optional() })), z.unknown()]),
          ),
        )
        .default([]),
    }),
  ),
});
