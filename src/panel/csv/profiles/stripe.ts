import type { ExportProfile } from './profile.js';

/** Payments have no items: each counts as one unit of what its description says. */
export const stripePayments: ExportProfile = {
  id: 'stripe-payments',
  title: 'Stripe payments',
  signature: [
    'id',
    ['Created (UTC)', 'Created date (UTC)', 'Created'],
    'Amount',
    ['Amount Refunded', 'Converted Amount', 'Fee'],
    ['Captured', 'Status', 'Description'],
  ],
  columns: {
    date: ['Created (UTC)', 'Created date (UTC)', 'Created'],
    name: ['Description', 'Seller Message', 'Statement Descriptor'],
    units: 1,
    revenue: ['Amount', 'Converted Amount'],
    order: 'id',
  },
  where: [{ column: 'Status', words: 'status' }],
};
