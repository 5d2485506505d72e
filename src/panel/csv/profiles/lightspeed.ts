import type { ExportProfile } from './profile.js';

/** Sales history: a line for the sale, one for each of its items and one for each payment. */
export const lightspeedHistory: ExportProfile = {
  id: 'lightspeed-sales-history',
  title: 'Lightspeed sales history',
  signature: [
    'Line Type',
    ['Receipt Number', 'Receipt'],
    'Quantity',
    ['Details', 'Sku'],
    ['Register', 'Outlet'],
  ],
  columns: {
    date: 'Date',
    sku: 'Sku',
    name: 'Details',
    units: 'Quantity',
    revenue: 'Subtotal',
    location: 'Outlet',
    order: ['Receipt Number', 'Receipt'],
  },
  where: [
    { column: 'Line Type', keep: ['Sale Line', 'Return Line'] },
    { column: 'Status', words: 'status', ofOrder: true },
  ],
};

/** Lines of sales of Lightspeed Retail (R-Series). */
export const lightspeedLines: ExportProfile = {
  id: 'lightspeed-sales-lines',
  title: 'Lightspeed sales lines',
  signature: [
    ['System ID', 'Item ID', 'Custom SKU'],
    ['Description', 'Item'],
    ['Qty', 'Qty.', 'Quantity'],
    ['Retail', 'Subtotal'],
    ['Date', 'Completed', 'Sale Date'],
  ],
  columns: {
    date: ['Date', 'Completed', 'Sale Date'],
    sku: ['System ID', 'Item ID', 'Custom SKU'],
    name: ['Description', 'Item'],
    category: 'Category',
    units: ['Qty', 'Qty.', 'Quantity'],
    price: 'Retail',
    revenue: ['Total', 'Subtotal'],
    location: ['Shop', 'Register'],
  },
};
