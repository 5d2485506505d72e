export const HELP = `Forecast what a shop will sell, from an export of its sales.

Usage: commerce-forecast COMMAND FILE... [options]

  forecast FILE   best sellers of the next week, month or year
  alerts FILE     sales of the last days that the forecast from before them does not explain
  stock FILE      units to order of each product, until when and why
  inspect FILE    how the file is read: its columns, dates, numbers and open questions
  backtest FILE   accuracy of models on forecasts of the last weeks
  demo [FILE]     forecast, for a generated merchant if there is no file

FILE is a CSV file, plain or .gz, or - for standard input; sales that are in two of several files count once. Exports of
Shopify, WooCommerce, Square, Amazon, eBay, Etsy, QuickBooks, Xero, Lightspeed, Magento, Odoo, Stripe and Zettle are
recognised; other files are read by the names and contents of their columns.

What to forecast
  --period PERIOD          week, month or year (default: month)
  --category NAME          only this category (default: all)
  --limit N                products per category (default: 5); rows of stock, alerts and --by (20)
  --country CODE           public holidays of a country, such as US
  --model NAME             adaptive; fast, the same with less training; structural; or blend, the 60/40 blend of XGBoost
                           and Prophet (default: adaptive)
  --plan FILE              CSV of prices, promotions, closures and events, past and planned
  --what-if FILE           the same for a scenario on top of the plan: adds its effect
  --last-day YYYY-MM-DD    leave out later days, such as an incomplete last day
  --origins N              backtest: number of cutoffs, four weeks apart (default: 3)
  --seed N                 seed of the training and of the generated merchant (default: 7)

A table, for forecast, in place of the best sellers
  --by PERIOD              day, week, month or total: length of the period of a row
  --level LEVEL            product, category or total (default: what is named, else total)
  --product ID             only this product; may be repeated
  --horizon DAYS           days from the first one on (default: 30), or --to YYYY-MM-DD
  --from YYYY-MM-DD        first day (default: the day after the last day of sales)
  --quantiles LIST         such as 0.05,0.5,0.95 (default: 0.1,0.5,0.9)

Last days, for alerts
  --days N                 how many (default: 7)

Orders, for stock
  --stock FILE             CSV of the stock: product, units on hand and on order, lead time, pack size, minimum order, cost, price
  --lead-time DAYS         from an order to its delivery (default: 7)
  --review DAYS            between two occasions to order (default: 7)
  --service-level SHARE    probability that nothing is missing until the delivery after this one (default: 0.95)
  --fill-rate SHARE        part of the demand that is met from stock, in place of a service level
  --budget MONEY           for the orders of today; needs costs

How to read the file, where it leaves that open
  --column KEY=NAME        date, product, units, category, revenue, price, promo, in-stock, location; several columns
                           name a product together: product=item,store; units=one-per-line counts lines
  --where RULE             Type=Order keeps lines, Status!=Cancelled leaves lines out, Type-=Refund subtracts units
  --date-format FORM       DMY, MDY or YMD, or a date-fns format such as M/d/yyyy
  --decimal MARK           comma or point
  --delimiter CHARACTER    one character, or tab
  --encoding NAME          such as windows-1252
  --skip-lines N           lines above the table
  --overlap RULE           for several files without order numbers: once counts the sales of a day in the last file
                           that has it, add counts all
  --time-zone NAME         zone in which the shop counts its days, such as Europe/Berlin
  --category-rules FILE    JSON with keywords of descriptions for each category

Where the result goes
  --html FILE              report with charts
  --json FILE              all figures
  --csv FILE               a table for spreadsheets, rounded
  --help

Exit codes: 0 done, 1 unusable data, 2 wrong arguments, 3 the file leaves a question open, 130 stopped.
`;
