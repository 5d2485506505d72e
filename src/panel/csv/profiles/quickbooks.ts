import type { ExportProfile } from './profile.js';

/** Sales by product or service, in detail: the product is in a title above its lines. */
export const quickBooksSales: ExportProfile = {
  id: 'quickbooks-sales-by-product-detail',
  title: 'QuickBooks sales by product/service detail',
  signature: [
    ['Transaction date', 'Date'],
    ['Transaction type'],
    ['Quantity', 'Qty'],
    ['Sales price', 'Rate'],
    'Balance',
  ],
  columns: {
    date: ['Transaction date', 'Date'],
    name: ['Product/Service full name', 'Product/Service', 'Item'],
    units: ['Quantity', 'Qty'],
    price: ['Sales price', 'Rate'],
    revenue: 'Amount',
    order: ['Num', 'No.'],
  },
  where: [{ column: 'Transaction type', words: 'type' }],
  titles: true,
};

/** A list of transactions has products only if the shop added the columns. */
export const quickBooksTransactions: ExportProfile = {
  id: 'quickbooks-transaction-list',
  title: 'QuickBooks transaction list',
  signature: [
    ['Date', 'Transaction date'],
    'Transaction type',
    ['Num', 'No.'],
    ['Amount', 'Open balance'],
    [
      'Posting',
      'Posting (Y/N)',
      'Memo/Description',
      'Account',
      'Account full name',
      'Split',
      'Item split account',
    ],
  ],
  columns: {
    date: ['Date', 'Transaction date'],
    name: ['Product/Service', 'Product/Service full name', 'Item'],
    units: ['Qty', 'Quantity'],
    price: ['Sales price', 'Rate'],
    revenue: 'Amount',
    order: ['Num', 'No.'],
  },
  where: [{ column: 'Transaction type', words: 'type' }],
};
