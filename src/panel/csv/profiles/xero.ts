import type { ExportProfile } from './profile.js';

export const xeroInvoices: ExportProfile = {
  id: 'xero-invoices',
  title: 'Xero sales invoices',
  signature: ['InvoiceNumber', 'InvoiceDate', 'Quantity', 'UnitAmount', ['InventoryItemCode', 'Description']],
  columns: {
    date: 'InvoiceDate',
    sku: 'InventoryItemCode',
    name: 'Description',
    units: 'Quantity',
    price: 'UnitAmount',
    revenue: 'LineAmount',
    order: 'InvoiceNumber',
  },
  where: [
    { column: 'Type', words: 'type' },
    { column: 'Status', words: 'status' },
  ],
};
