import type { ExportProfile } from './profile.js';

/** Orders with their lines: only the first line of an order has its date and status. */
export const odooOrders: ExportProfile = {
  id: 'odoo-orders',
  title: 'Odoo sales orders',
  signature: [
    ['Order Reference', 'Order Ref', 'Order Lines/Order Reference', 'name', 'Invoice Date', 'Number'],
    [
      'Order Lines/Product',
      'order_line/product_id',
      'Order Lines/Product/Name',
      'Order Lines/Product/Display Name',
      'order_line/product_id/name',
      'Lines/Product',
      'Invoice lines/Product',
    ],
    [
      'Order Lines/Quantity',
      'order_line/product_uom_qty',
      'Order Lines/Ordered Quantity',
      'Lines/Quantity',
      'Invoice lines/Quantity',
    ],
  ],
  columns: {
    date: ['Order Date', 'date_order', 'Date', 'Invoice Date', 'Creation Date'],
    sku: [
      'Order Lines/Product/Internal Reference',
      'order_line/product_id/default_code',
      'Lines/Product/Internal Reference',
    ],
    name: [
      'Order Lines/Product',
      'order_line/product_id',
      'Order Lines/Product/Name',
      'Order Lines/Product/Display Name',
      'order_line/product_id/name',
      'Lines/Product',
      'Invoice lines/Product',
    ],
    category: ['Order Lines/Product/Product Category', 'order_line/product_id/categ_id'],
    units: [
      'Order Lines/Quantity',
      'order_line/product_uom_qty',
      'Order Lines/Ordered Quantity',
      'Lines/Quantity',
      'Invoice lines/Quantity',
    ],
    price: [
      'Order Lines/Unit Price',
      'order_line/price_unit',
      'Lines/Unit Price',
      'Invoice lines/Unit Price',
    ],
    revenue: [
      'Order Lines/Subtotal',
      'order_line/price_subtotal',
      'Lines/Subtotal',
      'Invoice lines/Subtotal',
    ],
    order: ['Order Reference', 'Order Ref', 'name', 'Number'],
  },
  where: [{ column: ['Status', 'state'], words: 'status' }],
  fillDown: [
    'Order Reference',
    'Order Ref',
    'Number',
    'Order Date',
    'date_order',
    'Date',
    'Invoice Date',
    'Creation Date',
    'Status',
    'state',
  ],
};
