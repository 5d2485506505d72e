import type { ExportProfile } from './profile.js';

/** The report of all orders, with tabs. `item-price` is the price of the whole line. */
export const amazonOrders: ExportProfile = {
  id: 'amazon-orders',
  title: 'Amazon orders',
  signature: ['amazon-order-id', 'purchase-date', ['sku', 'asin'], ['quantity', 'quantity-purchased']],
  columns: {
    date: 'purchase-date',
    sku: ['sku', 'asin'],
    name: 'product-name',
    units: ['quantity', 'quantity-purchased'],
    revenue: 'item-price',
    order: 'amazon-order-id',
    line: 'amazon-order-item-code',
  },
  where: [
    { column: 'order-status', words: 'status' },
    { column: 'item-status', words: 'status' },
  ],
};

/** Titles of the columns of the report of a range of dates, in the languages of the marketplaces. */
const DATE = [
  'date/time',
  'Datum/Uhrzeit',
  'date/heure',
  'fecha y hora',
  'Data/Ora:',
  'Data/Ora',
  'datum/tijd',
  'data/hora',
];
const SALES = [
  'product sales',
  'Ums\u00e4tze',
  'ventes de produits',
  'ventas de productos',
  'Vendite',
  'verkoop van producten',
  'vendas do produto',
];

/** The report of a range of dates, in the languages of the European marketplaces too. */
export const amazonDateRange: ExportProfile = {
  id: 'amazon-date-range',
  title: 'Amazon date range report',
  signature: [
    DATE,
    [
      'settlement id',
      'Abrechnungsnummer',
      'num\u00e9ro de versement',
      'identificador de pago',
      'Numero pagamento',
      'N\u00famero de liquidaci\u00f3n',
      'id de liquida\u00e7\u00e3o',
      'schikkings-ID',
    ],
    SALES,
  ],
  columns: {
    date: DATE,
    sku: 'sku',
    name: [
      'description',
      'Beschreibung',
      'descripci\u00f3n',
      'Descrizione',
      'beschrijving',
      'descri\u00e7\u00e3o',
    ],
    units: ['quantity', 'Menge', 'quantit\u00e9', 'cantidad', 'Quantit\u00e0', 'aantal', 'quantidade'],
    revenue: SALES,
    order: [
      'order id',
      'Bestellnummer',
      'num\u00e9ro de la commande',
      'n\u00famero de pedido',
      'Numero ordine',
      'bestelnummer',
      'id do pedido',
    ],
  },
  where: [{ column: ['type', 'Typ', 'tipo', 'Tipo:'], words: 'type' }],
};
