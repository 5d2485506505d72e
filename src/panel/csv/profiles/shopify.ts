import type { ExportProfile } from './profile.js';

/** Orders: a line for each item; only the first line of an order has its status. */
export const shopifyOrders: ExportProfile = {
  id: 'shopify-orders',
  title: 'Shopify orders',
  signature: ['Lineitem quantity', 'Lineitem name', 'Created at'],
  columns: {
    date: 'Created at',
    sku: 'Lineitem sku',
    name: 'Lineitem name',
    units: 'Lineitem quantity',
    price: 'Lineitem price',
    location: 'Location',
    order: 'Name',
  },
  where: [
    { column: 'Financial Status', words: 'status', ofOrder: true },
    { column: 'Cancelled at', drop: ['*'], ofOrder: true },
  ],
};

/** The report of sales over time by product. */
export const shopifySales: ExportProfile = {
  id: 'shopify-sales',
  title: 'Shopify sales report',
  signature: [
    ['Day', 'Date', 'Hour'],
    ['Product title', 'product_title'],
    ['Net quantity', 'Net items sold', 'Ordered item quantity', 'Quantity ordered', 'net_quantity'],
  ],
  columns: {
    date: ['Day', 'Date'],
    sku: ['Product variant SKU', 'Variant SKU', 'variant_sku'],
    name: ['Product title', 'product_title'],
    variant: ['Product variant title', 'Variant title', 'variant_title'],
    category: ['Product type', 'product_type'],
    units: ['Net items sold', 'Net quantity', 'net_quantity', 'Ordered item quantity', 'Quantity ordered'],
    revenue: ['Net sales', 'Total sales', 'Gross sales'],
    location: ['POS location name'],
  },
};
