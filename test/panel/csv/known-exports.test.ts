import { describe, expect, it } from 'vitest';
import { inspectSalesCsv, type OpenCsvOptions, openSalesCsv } from '../../../src/panel/csv/index.js';

interface Export {
  readonly profile: string;
  readonly text: string;
  readonly options?: OpenCsvOptions;
  /** Ids of the questions that the file leaves open, with `?` for those that have an assumed answer. */
  readonly questions?: readonly string[];
  readonly rows: number;
  readonly units: Readonly<Record<string, number>>;
  readonly days: readonly string[];
  readonly revenue?: number;
}

const lines = (...all: string[]) => `${all.join('\n')}\n`;

/** Written for this test after the columns that the systems document; units are counted by hand. */
const EXPORTS: Readonly<Record<string, Export>> = {
  'Shopify orders with a cancelled and a refunded order': {
    profile: 'shopify-orders',
    text: lines(
      'Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Currency,Subtotal,Shipping,Taxes,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Notes,Cancelled at,Refunded Amount,Vendor,Id,Location',
      '#1001,a@example.com,paid,2026-03-01 10:00:00 -0500,fulfilled,,USD,50.00,5.00,0.00,55.00,2026-03-01 09:58:11 -0500,2,Mug - Blue,12.00,,MUG-BLU,true,,,0.00,Example,1,',
      '#1001,a@example.com,,,,,,,,,,2026-03-01 09:58:11 -0500,1,Tote,26.00,,,true,,,,Example,,',
      '#1002,b@example.com,paid,,unfulfilled,,USD,24.00,5.00,0.00,29.00,2026-03-09 23:30:00 -0400,2,Mug - Blue,12.00,,MUG-BLU,true,"called,\nwaits",2026-03-10 08:00:00 -0400,0.00,Example,2,',
      '#1002,b@example.com,,,,,,,,,,2026-03-09 23:30:00 -0400,5,Tote,26.00,,,true,,,,Example,,',
      '#1003,c@example.com,refunded,,fulfilled,,USD,12.00,5.00,0.00,17.00,2026-03-10 12:00:00 -0400,1,Mug - Blue,12.00,,MUG-BLU,true,,,17.00,Example,3,',
      '#1004,d@example.com,partially_refunded,,fulfilled,,USD,36.00,5.00,0.00,41.00,2026-03-10 23:59:59 -0400,3,Mug - Blue,12.00,,MUG-BLU,true,,,12.00,Example,4,',
    ),
    rows: 3,
    units: { 'MUG-BLU': 5, Tote: 1 },
    days: ['2026-03-01', '2026-03-10'],
  },
  'Shopify sales report': {
    profile: 'shopify-sales',
    text: lines(
      'Day,Product title,Product variant title,Product variant SKU,Product type,Net items sold,Gross sales,Net sales',
      '2026-03-01,Tee,M,TEE-M,Apparel,3,75.00,70.00',
      '2026-03-01,Tee,L,,Apparel,1,25.00,25.00',
      '2026-03-02,Tee,L,,Apparel,-1,-25.00,-25.00',
      '2026-03-02,Gift card,Default Title,,,2,50.00,50.00',
    ),
    rows: 4,
    units: { 'TEE-M': 3, 'Tee - L': 0, 'Gift card': 2 },
    days: ['2026-03-01', '2026-03-02'],
    revenue: 120,
  },
  'WooCommerce orders of an export plugin': {
    profile: 'woocommerce-orders',
    text: lines(
      'Order Number,Order Status,Order Date,Customer Note,First Name (Billing),Order Subtotal Amount,Order Total Amount,SKU,Item #,Item Name,Quantity (- Refund),Item Cost,Coupon Code',
      '501,Completed,2026-01-05 10:11,,Ann,62,70,MUG,1,Mug,2,12.00,',
      '501,Completed,2026-01-05 10:11,,Ann,62,70,,2,Poster,1,38.00,',
      '502,Cancelled,2026-01-06 11:00,,Bob,12,20,MUG,1,Mug,1,12.00,',
      '503,Processing,2026-01-06 11:30,,Cem,24,30,MUG,1,Mug,2,12.00,',
      '504,Pending payment,2026-01-06 12:00,,Dan,12,20,MUG,1,Mug,1,12.00,',
    ),
    rows: 3,
    units: { MUG: 4, Poster: 1 },
    days: ['2026-01-05', '2026-01-06'],
  },
  'Square items with refunds and price points': {
    profile: 'square-items',
    text: lines(
      'Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Modifiers Applied,Gross Sales,Discounts,Net Sales,Tax,Transaction ID,Payment ID,Device Name,Notes,Details,Event Type,Location,Dining Option,Customer ID,Customer Name,Customer Reference ID,Unit,Count',
      '2026-03-01,08:01:11,Eastern Time (US & Canada),Drinks,Latte,1.0,Small,,,$4.00,$0.00,$4.00,$0.33,a,p,Till,,,Payment,Main,,,,,ea,1',
      '2026-03-01,08:02:11,Eastern Time (US & Canada),Drinks,Latte,2.0,Large,,,$10.00,-$1.00,$9.00,$0.33,a,p,Till,,,Payment,Main,,,,,ea,1',
      '2026-03-02,08:02:11,Eastern Time (US & Canada),Drinks,Latte,-1.0,Large,,,-$5.00,$0.00,-$5.00,-$0.33,b,p,Till,,,Refund,Main,,,,,ea,1',
      '2026-03-02,08:03:11,Eastern Time (US & Canada),Retail,Beans,0.25,Regular,BEAN,,"$1,005.00",$0.00,"$1,005.00",$0.33,c,p,Till,,,Payment,Main,,,,,kg,1',
    ),
    rows: 4,
    units: { 'Latte - Small': 1, 'Latte - Large': 1, BEAN: 0.25 },
    days: ['2026-03-01', '2026-03-02'],
    revenue: 1013,
  },
  'Amazon orders with tabs': {
    profile: 'amazon-orders',
    text: lines(
      'amazon-order-id\tmerchant-order-id\tpurchase-date\tlast-updated-date\torder-status\tfulfillment-channel\tsales-channel\tproduct-name\tsku\tasin\titem-status\tquantity\tcurrency\titem-price\titem-tax',
      '111-1\t\t2026-03-02T06:30:00+00:00\t2026-03-03T06:30:00+00:00\tShipped\tAmazon\tAmazon.com\tGrip 5" wide\tSKU1\tB01\tShipped\t2\tUSD\t20.00\t1.0',
      '111-2\t\t2026-03-02T09:30:00+00:00\t2026-03-03T06:30:00+00:00\tCancelled\tAmazon\tAmazon.com\tGrip 5" wide\tSKU1\tB01\tCancelled\t0\tUSD\t\t',
      '111-3\t\t2026-03-03T09:30:00+00:00\t2026-03-03T06:30:00+00:00\tPending\tAmazon\tAmazon.com\tGrip 5" wide\tSKU1\tB01\tUnshipped\t1\tUSD\t10.00\t1.0',
    ),
    options: { timeZone: 'America/Los_Angeles' },
    rows: 2,
    units: { SKU1: 3 },
    days: ['2026-03-01', '2026-03-03'],
    revenue: 30,
  },
  'Amazon date range report of Germany': {
    profile: 'amazon-date-range',
    text: lines(
      '"Umfasst Transaktionen von Amazon Marketplace"',
      '"Alle Betr\u00e4ge in EUR, sofern nicht anders gekennzeichnet"',
      '"Definitionen:"',
      '"Datum/Uhrzeit","Abrechnungsnummer","Typ","Bestellnummer","SKU","Beschreibung","Menge","Marketplace","Ums\u00e4tze","Gesamt"',
      '"01.03.2026 06:24:11 UTC","17","Bestellung","302-1","SKU1","Griff","2","amazon.de","1.024,50","900,10"',
      '"02.03.2026 23:24:11 UTC","17","Erstattung","302-1","SKU1","Griff","1","amazon.de","-512,25","-400,10"',
      '"02.03.2026 08:24:11 UTC","17","Servicegeb\u00fchr","","","Werbekosten","","","0","-39,99"',
      '"03.03.2026 08:24:11 UTC","17","\u00dcbertrag","","","An das Konto","","","0","-1.000,00"',
    ),
    options: { timeZone: 'Europe/Berlin' },
    rows: 2,
    units: { SKU1: 1 },
    days: ['2026-03-01', '2026-03-03'],
    revenue: 512.25,
  },
  'eBay orders with an order of two items and a footer': {
    profile: 'ebay-orders',
    text: `\n${lines(
      '"Sales Record Number","Order Number","Buyer Username","Item Number","Item Title","Custom Label","Sold Via Promoted Listings","Quantity","Sold For","Shipping And Handling","Total Price","Payment Method","Sale Date","Paid On Date","Variation Details"',
      '"","","","","","","","","","","","","","",""',
      '"2101","12-1","ann","","","","","3","$0.00","$5.00","$41.00","PayPal","Sep-06-25","Sep-06-25",""',
      '"2101","12-1","ann","110","Mug","MUG","No","2","$12.00","$0.00","","","","",""',
      '"2101","12-1","ann","111","Tee","","No","1","$12.00","$0.00","","","","","[Size:M]"',
      '"2102","12-2","bob","110","Mug","MUG","No","1","AU $12.00","$5.00","$17.00","PayPal","Sep-07-25","",""',
      '',
      '"4","record(s) downloaded"',
      '"Seller ID : example"',
    )}`,
    rows: 3,
    units: { MUG: 3, 'Tee - [Size:M]': 1 },
    days: ['2025-09-06', '2025-09-07'],
  },
  'Etsy sold order items': {
    profile: 'etsy-sold-order-items',
    text: lines(
      'Sale Date,Item Name,Buyer,Quantity,Price,Coupon Code,Coupon Details,Discount Amount,Shipping Discount,Order Shipping,Order Sales Tax,Item Total,Currency,Transaction ID,Listing ID,Date Paid,Date Shipped,Ship Name,Variations,Order Type,Listings Type,Payment Type,SKU,Order ID',
      '09/06/25,Mug,ann,2,12.00,,,0,0,5,0,24.00,USD,1,900,09/06/2025,,Ann,,online,listing,online_cc,MUG,1',
      '09/07/25,Print,bob,1,8.00,,,0,0,5,0,8.00,USD,2,901,09/07/2025,,Bob,Size:A4,online,listing,online_cc,,2',
    ),
    rows: 2,
    units: { MUG: 2, 'Print - Size:A4': 1 },
    days: ['2025-09-06', '2025-09-07'],
    revenue: 32,
  },
  'QuickBooks sales by product, within categories': {
    profile: 'quickbooks-sales-by-product-detail',
    text: lines(
      'Example Co,,,,,,,,',
      'Sales by Product/Service Detail,,,,,,,,',
      'April 2026,,,,,,,,',
      '',
      ',Date,Transaction Type,Num,Customer,Memo/Description,Qty,Sales Price,Amount,Balance',
      'Drinkware,,,,,,,,,',
      '   Mug,,,,,,,,,',
      ',04/01/2026,Invoice,5001,Customer A,Mug,3.00,12.00,36.00,36.00',
      ',04/02/2026,Refund,5002,Customer A,Mug,1.00,12.00,-12.00,24.00',
      '   Total for Mug,,,,,,2.00,,$24.00,',
      'Total for Drinkware,,,,,,2.00,,$24.00,',
      'Tee,,,,,,,,,',
      ',04/03/2026,Sales Receipt,5003,Customer B,Tee,2.00,25.00,50.00,50.00',
      ',04/03/2026,Estimate,5004,Customer B,Tee,9.00,25.00,225.00,275.00',
      'Total for Tee,,,,,,2.00,,$50.00,',
      'TOTAL,,,,,,4.00,,$74.00,',
      '',
      'Accrual Basis Tuesday April 7 2026 09:00 AM GMT-05:00,,,,,,,,,',
    ),
    rows: 3,
    units: { Mug: 2, Tee: 2 },
    days: ['2026-04-01', '2026-04-02', '2026-04-03'],
    revenue: 74,
  },
  'QuickBooks transaction list with products': {
    profile: 'quickbooks-transaction-list',
    text: lines(
      'Example Co,,,,,,,',
      'Transaction List by Date,,,,,,,',
      '"January 1 - January 31, 2026",,,,,,,',
      ',,,,,,,',
      'Date,Transaction type,Num,Posting (Y/N),Product/Service,Qty,Amount,Account',
      '01/13/2026,Invoice,1,Yes,Mug,2,24.00,Sales',
      '01/14/2026,Payment,,Yes,,,24.00,Receivables',
      '01/15/2026,Credit Memo,2,Yes,Mug,1,-12.00,Sales',
      '01/16/2026,Bill,77,Yes,Mug,100,400.00,Payables',
    ),
    rows: 2,
    units: { Mug: 1 },
    days: ['2026-01-13', '2026-01-15'],
  },
  'Xero invoices with a credit note and a voided invoice': {
    profile: 'xero-invoices',
    text: lines(
      'ContactName,EmailAddress,InvoiceNumber,Reference,InvoiceDate,DueDate,Total,InventoryItemCode,Description,Quantity,UnitAmount,Discount,LineAmount,AccountCode,TaxType,TaxAmount,Currency,Type,Sent,Status',
      'Ann,,INV-1,,13/03/2026,27/03/2026,60.00,MUG,Mug,2.0000,12.0000,,24.00,200,GST,2.4,NZD,Sales invoice,Sent,Paid',
      'Ann,,INV-1,,13/03/2026,27/03/2026,60.00,,Engraving,3.0000,12.0000,,36.00,200,GST,2.4,NZD,Sales invoice,Sent,Paid',
      'Bob,,CN-1,,05/03/2026,05/03/2026,12.00,MUG,Mug,1.0000,12.0000,,12.00,200,GST,1.2,NZD,Sales credit note,Sent,Paid',
      'Cem,,INV-2,,06/03/2026,05/03/2026,12.00,MUG,Mug,7.0000,12.0000,,84.00,200,GST,1.2,NZD,Sales invoice,Sent,Voided',
    ),
    rows: 3,
    units: { MUG: 1, Engraving: 3 },
    days: ['2026-03-05', '2026-03-13'],
    revenue: 48,
  },
  'Lightspeed sales history': {
    profile: 'lightspeed-sales-history',
    text: lines(
      'Date,Receipt Number,Line Type,Customer Code,Customer Name,Note,Quantity,Subtotal,Sales Tax,Discount,Loyalty,Total,Paid,Details,Register,User,Status,Sku',
      '2026-03-01 10:00:00,77,Sale,,,,3,50.00,5.00,0,0,55.00,55.00,2 X Mug + 1 X Tee,Main Register,ann,Closed,',
      '2026-03-01 10:00:00,77,Sale Line,,,,2,24.00,2.40,0,0,26.40,,Mug,Main Register,ann,,MUG',
      '2026-03-01 10:00:00,77,Sale Line,,,,1,26.00,2.60,0,0,28.60,,Tee,Main Register,ann,,',
      '2026-03-01 10:00:00,77,Payment,,,,,,,,,,55.00,Cash,Main Register,ann,,',
      '2026-03-02 10:00:00,78,Sale,,,,-1,-12.00,-1.20,0,0,-13.20,-13.20,-1 X Mug,Main Register,ann,Closed,',
      '2026-03-02 10:00:00,78,Sale Line,,,,-1,-12.00,-1.20,0,0,-13.20,,Mug,Main Register,ann,,MUG',
    ),
    rows: 3,
    units: { MUG: 1, Tee: 1 },
    days: ['2026-03-01', '2026-03-02'],
    revenue: 38,
  },
  'Magento order items with a configurable product': {
    profile: 'magento-order-items',
    text: lines(
      'order_id,increment_id,created_at,status,item_id,parent_item_id,product_type,sku,name,qty_ordered,qty_canceled,qty_refunded,price,row_total',
      '1,000000001,2026-03-01 10:00:00,complete,1,,configurable,TEE-M,Tee,2.0000,0.0000,1.0000,25.0000,50.0000',
      '1,000000001,2026-03-01 10:00:00,complete,2,1,simple,TEE-M,Tee-M,2.0000,0.0000,0.0000,0.0000,0.0000',
      '2,000000002,2026-03-02 10:00:00,canceled,3,,simple,MUG,Mug,1.0000,1.0000,0.0000,12.0000,12.0000',
      '3,000000003,2026-03-02 10:00:00,processing,4,,simple,MUG,Mug,4.0000,1.0000,0.0000,12.0000,48.0000',
    ),
    rows: 2,
    units: { 'TEE-M': 1, MUG: 3 },
    days: ['2026-03-01', '2026-03-02'],
  },
  'Odoo orders, whose first line alone has the date': {
    profile: 'odoo-orders',
    text: lines(
      '"Order Reference","Order Date","Customer","Status","Order Lines/Product","Order Lines/Quantity","Order Lines/Unit Price","Order Lines/Subtotal"',
      '"S00021","2026-03-01 10:00:00","Ann","Sales Order","[MUG] Mug",2.0,12.0,24.0',
      '"","","","","[TEE] Tee (M)",1.0,25.0,25.0',
      '"S00022","2026-03-02 10:00:00","Bob","Quotation","[MUG] Mug",9.0,12.0,108.0',
      '"","","","","[TEE] Tee (M)",9.0,25.0,225.0',
      '"S00023","2026-03-02 11:00:00","Cem","Sales Order","[MUG] Mug",1.0,12.0,12.0',
    ),
    rows: 3,
    units: { '[MUG] Mug': 3, '[TEE] Tee (M)': 1 },
    days: ['2026-03-01', '2026-03-02'],
    revenue: 61,
  },
  'Stripe payments, whose times are in UTC': {
    profile: 'stripe-payments',
    text: lines(
      'id,Description,Seller Message,Created (UTC),Amount,Amount Refunded,Currency,Converted Amount,Fee,Status,Captured',
      'ch_1,Mug,Payment complete.,2026-03-01 23:30:00,12.00,0.00,eur,12.00,0.5,Paid,true',
      'ch_2,Tee,Payment complete.,2026-03-02 10:30:00,25.00,0.00,eur,25.00,0.5,Paid,true',
      'ch_3,Tee,The bank returned the decision,2026-03-02 10:30:00,25.00,0.00,eur,25.00,0.5,Failed,false',
      'ch_4,Mug,Payment complete.,2026-03-02 11:30:00,12.00,12.00,eur,12.00,0.5,Refunded,true',
    ),
    options: { timeZone: 'Europe/Berlin' },
    rows: 2,
    units: { Mug: 1, Tee: 1 },
    days: ['2026-03-02'],
    revenue: 37,
  },
  'Zettle sales in Swedish': {
    profile: 'zettle-sales',
    text: lines(
      'Zettle r\u00e5data;;;;;;',
      '2026-03-01 - 2026-03-31;;;;;;',
      ';;;;;;',
      'Datum;Tid;Kvittonummer;Namn;Variant;Antal;Pris',
      '2026-03-01;10:00;1;Kaffe;Stor;2;70,00',
      '2026-03-01;10:05;1;Kaffe;Liten;1;25,00',
      '2026-03-02;10:05;2;Kaffe;Stor;-1;-35,00',
    ),
    rows: 3,
    units: { 'Kaffe - Stor': 1, 'Kaffe - Liten': 1 },
    days: ['2026-03-01', '2026-03-02'],
    revenue: 60,
  },
};

describe.each(Object.entries(EXPORTS))(
  '%s',
  (_, { profile, text, options, questions, rows, units, days, revenue }) => {
    it('is recognised and read', async () => {
      const { inspection, sales } = await openSalesCsv(text, options);
      expect(inspection.profile).toBe(profile);
      expect(inspection.questions.map(({ id }) => id)).toEqual(questions ?? []);
      const read: Record<string, number> = {};
      const seenDays = new Set<string>();
      let count = 0;
      let amount = 0;
      for await (const { productId, units: sold, date, revenue: paid } of sales) {
        count++;
        amount += paid ?? 0;
        read[productId] = (read[productId] ?? 0) + sold;
        seenDays.add(String(date));
      }
      expect(read).toEqual(units);
      expect(count).toBe(rows);
      expect([...seenDays].sort()).toEqual(days);
      if (revenue !== undefined) expect(amount).toBeCloseTo(revenue, 6);
    });
  },
);

describe('a transaction list without products', () => {
  it('asks for the product and the units', async () => {
    const text = lines(
      'Date,Transaction type,Num,Posting,Name,Memo/Description,Account,Amount',
      '01/13/2026,Invoice,1,Yes,Ann,Mug,Sales,24.00',
    );
    const { profile, questions } = await inspectSalesCsv(text);
    expect(profile).toBe('quickbooks-transaction-list');
    expect(questions.map(({ id }) => id)).toEqual(['missing-column:productId', 'missing-column:units']);
    const answers = {
      'missing-column:productId': 'Memo/Description',
      'missing-column:units': 'one-per-line',
    };
    const { sales } = await openSalesCsv(text, { answers });
    const records = [];
    for await (const record of sales) records.push(record);
    expect(records).toMatchObject([{ date: '2026-01-13', productId: 'Mug', units: 1, revenue: 24 }]);
  });
});
