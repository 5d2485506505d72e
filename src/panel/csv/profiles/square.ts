import type { ExportProfile } from './profile.js';

export const squareItems: ExportProfile = {
  id: 'square-items',
  title: 'Square item sales',
  signature: ['Item', 'Qty', 'Price Point Name', ['Event Type', 'Itemization Type', 'Gross Sales']],
  columns: {
    date: 'Date',
    sku: 'SKU',
    name: 'Item',
    variant: 'Price Point Name',
    category: 'Category',
    units: 'Qty',
    revenue: ['Net Sales', 'Gross Sales'],
    location: 'Location',
    order: 'Transaction ID',
  },
  where: [{ column: 'Event Type', words: 'type' }],
};
