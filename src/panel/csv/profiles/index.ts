import { amazonDateRange, amazonOrders } from './amazon.js';
import { ebayOrders } from './ebay.js';
import { etsyItems } from './etsy.js';
import { lightspeedHistory, lightspeedLines } from './lightspeed.js';
import { magentoItems, magentoReport } from './magento.js';
import { odooOrders } from './odoo.js';
import type { ExportProfile } from './profile.js';
import { quickBooksSales, quickBooksTransactions } from './quickbooks.js';
import { shopifyOrders, shopifySales } from './shopify.js';
import { squareItems } from './square.js';
import { stripePayments } from './stripe.js';
import { wooOrders } from './woocommerce.js';
import { xeroInvoices } from './xero.js';
import { zettleSales } from './zettle.js';

/** The known exports; the first whose signature matches a header is used. */
export const EXPORT_PROFILES: readonly ExportProfile[] = [
  shopifyOrders,
  shopifySales,
  amazonOrders,
  amazonDateRange,
  squareItems,
  etsyItems,
  ebayOrders,
  quickBooksSales,
  quickBooksTransactions,
  xeroInvoices,
  odooOrders,
  lightspeedHistory,
  magentoItems,
  magentoReport,
  wooOrders,
  stripePayments,
  lightspeedLines,
  zettleSales,
];
