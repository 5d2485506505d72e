import { useQuery } from '@tanstack/react-query';
import { stockPlanQuery } from '../../api/queries.js';
import { isAtRisk } from './stock-reasons.js';
import { useStockRecords } from './stock-records.js';
import { stockQuestion, termsOf } from './stock-terms.js';

/** Number of products that may run out, on the usual terms; undefined where no stock was entered. */
export function useProductsAtRisk(isAllowed: boolean): number | undefined {
  const [records] = useStockRecords();
  const query = useQuery({
    ...stockPlanQuery(stockQuestion(records, termsOf({}))),
    enabled: isAllowed && records.length > 0,
  });
  return query.data?.rows.filter(isAtRisk).length;
}
