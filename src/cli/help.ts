export const HELP = `Forecast what a shop will sell, from an export of its sales.

Usage: commerce-forecast COMMAND FILE... [options]

  forecast FILE   best sellers of the next week, month or year
  inspect FILE    how the file is read: its columns, dates, numbers, and what it leaves open
  backtest FILE   how well models would have forecast the last weeks
  demo [FILE]     forecast, for an invented merchant if there is no file

FILE is a CSV file, plain or .gz, or - for standard input; of several, what stands in two of them counts once. Exports of
Shopify, WooCommerce, Square, Amazon, eBay, Etsy,
QuickBooks, Xero, Lightspeed, Magento, Odoo, Stripe and Zettle are known; of other files, names and contents tell.

What to forecast
  --period PERIOD          week, month or year (default: month)
  --category NAME          only this category (default: all)
  --limit N                products per category (default: 5)
  --country CODE           public holidays of a country, such as US
  --model NAME             adaptive; fast, the same with less training; structural; or blend, the 60/40 blend of XGBoost
                           and Prophet (default: adaptive)
  --plan FILE              CSV of prices, promotions, closures and events, past and planned
  --what-if FILE           the same, of what would be planned besides: adds what it would change
  --last-day YYYY-MM-DD    leave out later days, such as a last day that is not complete
  --origins N              backtest: how many times the last weeks are forecast (default: 3)
  --seed N                 seed of the training and of the invented merchant (default: 7)

How to read the file, where it does not tell
  --column KEY=NAME        date, product, units, category, revenue, price, promo, in-stock, location; several columns
                           name a product together: product=item,store; units=one-per-line counts lines
  --where RULE             Type=Order keeps lines, Status!=Cancelled leaves lines out, Type-=Refund takes units off
  --date-format FORM       DMY, MDY or YMD, or a date-fns format such as M/d/yyyy
  --decimal MARK           comma or point
  --delimiter CHARACTER    one character, or tab
  --encoding NAME          such as windows-1252
  --skip-lines N           lines above the table
  --overlap RULE           of several files without numbers of orders: once counts the sales of a day in the last file
                           that has it, add counts all
  --time-zone NAME         zone in which the shop counts its days, such as Europe/Berlin
  --category-rules FILE    JSON with keywords of descriptions for each category

Where the result goes
  --html FILE              report with charts
  --json FILE              all figures
  --csv FILE               a table for spreadsheets, rounded
  --help

Exit codes: 0 done, 1 the data cannot be used, 2 wrong arguments, 3 the file leaves a question open, 130 stopped.
`;
