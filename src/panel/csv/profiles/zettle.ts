import type { ExportProfile } from './profile.js';

export const zettleSales: ExportProfile = {
  id: 'zettle-sales',
  title: 'Zettle sales',
  signature: [
    ['Date', 'Datum', 'Dato', 'Fecha', 'Data'],
    [
      'Receipt number',
      'Receipt',
      'Kvittonummer',
      'Belegnummer',
      'Kvitteringsnummer',
      'N\u00famero de recibo',
      'Bonnummer',
      'Quittungsnummer',
    ],
    ['Name', 'Product', 'Product name', 'Produkt', 'Namn', 'Artikel', 'Produit', 'Producto', 'Productnaam'],
    ['Variant', 'Variante'],
    ['Quantity', 'Antal', 'Anzahl', 'Menge', 'Cantidad', 'Aantal', 'Quantit\u00e9'],
  ],
  columns: {
    date: ['Date', 'Datum', 'Dato', 'Fecha', 'Data'],
    sku: 'SKU',
    name: [
      'Product name',
      'Product',
      'Name',
      'Produkt',
      'Namn',
      'Artikel',
      'Produit',
      'Producto',
      'Productnaam',
    ],
    variant: ['Variant', 'Variante'],
    category: ['Category', 'Kategorie', 'Kategori'],
    units: ['Quantity', 'Antal', 'Anzahl', 'Menge', 'Cantidad', 'Aantal', 'Quantit\u00e9'],
    revenue: ['Final price', 'Endpreis', 'Price', 'Total', 'Pris', 'Preis', 'Gesamt', 'Summa', 'Totaal', 'Importe'],
    order: ['Receipt number', 'Receipt', 'Kvittonummer', 'Belegnummer'],
  },
};
