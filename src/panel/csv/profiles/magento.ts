import type { ExportProfile } from './profile.js';

/** Order items; the simple product of a configurable one has a line of its own, which is not another sale. */
export const magentoItems: ExportProfile = {
  id: 'magento-order-items',
  title: 'Magento order items',
  signature: [
    ['created_at', 'Purchase Date', 'order_date'],
    ['qty_ordered', 'Qty Ordered'],
    ['sku', 'product_sku', 'Product SKU'],
    ['name', 'product_name', 'Product Name', 'increment_id', 'order_id', 'item_id'],
  ],
  columns: {
    date: ['created_at', 'order_date', 'Purchase Date'],
    sku: ['sku', 'product_sku', 'Product SKU'],
    name: ['name', 'product_name', 'Product Name'],
    units: ['qty_ordered', 'Qty Ordered'],
    unitsMinus: ['qty_canceled', 'qty_refunded', 'Qty Canceled', 'Qty Refunded'],
    price: ['price', 'base_price', 'Price'],
    revenue: ['row_total', 'base_row_total', 'Row Total'],
    location: ['store_name', 'store_id', 'Purchase Point'],
    order: ['increment_id', 'order_id', 'Order #'],
    line: 'item_id',
  },
  where: [
    { column: ['parent_item_id', 'Parent Item Id'], drop: ['*'] },
    { column: ['status', 'order_status', 'state'], words: 'status', ofOrder: true },
  ],
};

/** The report of ordered products, by day. */
export const magentoReport: ExportProfile = {
  id: 'magento-products-ordered',
  title: 'Magento ordered products report',
  signature: [
    ['Interval', 'Period'],
    ['Product', 'Product Name'],
    ['Order Quantity', 'Quantity Ordered', 'Qty Ordered'],
  ],
  columns: {
    date: ['Interval', 'Period'],
    sku: 'SKU',
    name: ['Product', 'Product Name'],
    units: ['Order Quantity', 'Quantity Ordered', 'Qty Ordered'],
    price: 'Price',
  },
  fillDown: ['Interval', 'Period'],
};
