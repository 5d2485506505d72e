import type { ExportProfile } from './profile.js';

/** Orders of several items begin with a line for the order, which names no item and is not counted. */
export const ebayOrders: ExportProfile = {
  id: 'ebay-orders',
  title: 'eBay orders',
  signature: [
    ['Sales Record Number', 'Order Number', 'Verkaufsprotokollnummer', 'Bestellnummer'],
    ['Item Title', 'Artikelbezeichnung', 'Angebotstitel'],
    ['Item Number', 'Artikelnummer'],
    ['Sale Date', 'Verkauft am', 'Verkaufsdatum'],
    ['Sold For', 'Verkauft f\u00fcr', 'Verkaufspreis'],
  ],
  columns: {
    date: ['Sale Date', 'Verkauft am', 'Verkaufsdatum'],
    sku: ['Custom Label', 'Custom Label (SKU)', 'Bestandseinheit', 'Bestandseinheit (SKU)'],
    name: ['Item Title', 'Artikelbezeichnung', 'Angebotstitel'],
    variant: ['Variation Details', 'Variantendetails'],
    units: ['Quantity', 'Anzahl', 'St\u00fcckzahl'],
    price: ['Sold For', 'Verkauft f\u00fcr', 'Verkaufspreis'],
    order: ['Order Number', 'Sales Record Number', 'Bestellnummer', 'Verkaufsprotokollnummer'],
  },
  fillDown: ['Sale Date', 'Verkauft am', 'Verkaufsdatum'],
};
