import type { ExportProfile } from './profile.js';

/** Sold order items. Etsy writes `09/06/25` for 6 September whatever the country of the shop. */
export const etsyItems: ExportProfile = {
  id: 'etsy-sold-order-items',
  title: 'Etsy sold order items',
  signature: ['Sale Date', 'Item Name', 'Quantity', 'Listing ID'],
  columns: {
    date: 'Sale Date',
    sku: 'SKU',
    name: 'Item Name',
    variant: 'Variations',
    units: 'Quantity',
    price: 'Price',
    revenue: 'Item Total',
    order: 'Order ID',
    line: 'Transaction ID',
  },
  dateFormat: 'MDY',
};
