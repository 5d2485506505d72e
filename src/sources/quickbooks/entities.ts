import * as z from 'zod/mini';
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
  DetailType: z.optional(z.string()),
  Amount: z.optional(z.number()),
  SalesItemLineDetail: z.optional(
    z.object({
      ItemRef: z.optional(reference),
      Qty: z.optional(z.number()),
      UnitPrice: z.optional(z.number()),
    }),
  ),
});

const lineSchema = z.extend(salesLineSchema, {
  /** A bundle: the lines of its parts. */
  GroupLineDetail: z.optional(z.object({ Line: z.optional(z.array(salesLineSchema)) })),
});

export const transactionSchema = z.object({
  Id: z.string().check(z.minLength(1)),
  TxnDate: z.string().check(z.refine((text) => tryParseDay(text) !== undefined, 'Expected a day')),
  /** Units of the home currency for one unit of the transaction's. */
  ExchangeRate: z.optional(z.number().check(z.positive())),
  Line: z._default(z.array(lineSchema), []),
});

export const itemSchema = z.object({
  Id: z.string().check(z.minLength(1)),
  Type: z.optional(z.string()),
  Name: z.optional(z.string()),
  FullyQualifiedName: z.optional(z.string()),
  Sku: z.optional(z.string()),
});

export type SalesLine = z.output<typeof salesLineSchema>;
export type Transaction = z.output<typeof transactionSchema>;
export type Item = z.output<typeof itemSchema>;

/** One page of a query. */
export function queryAnswerSchema<S extends z.ZodMiniType>(kind: string, entity: S) {
  return z.object({
    QueryResponse: z.object({ [kind]: z.optional(z.array(entity)) }),
    time: z.optional(z.string()),
  });
}

export const changeAnswerSchema = z.object({
  CDCResponse: z.array(
    z.object({
      QueryResponse: z._default(
        z.array(
          z.record(
            z.string(),
            z.union([z.array(z.object({ Id: z.string(), status: z.optional(z.string()) })), z.unknown()]),
          ),
        ),
        [],
      ),
    }),
  ),
});
