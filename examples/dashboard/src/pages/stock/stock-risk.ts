import { useQuery } from '@tanstack/react-query';
import { stockPlanQuery } from '../../api/queries.js';
import { isAtRisk } from './stock-reasons.js';
import { useStockRecords } from './stock-records.js';
import { stockQuestion, termsOf } from './stock-terms.js';

/** Products that may run out, on the usual terms, the most urgent first; undefined where no stock was entered. */
export function useProductsAtRisk(isAllowed: boolean): readonly string[] | undefined {
  const [records] = useStockRecords();
  const query = useQuery({
    ...stockPlanQuery(stockQuestion(records, termsOf({}))),
    enabled: isAllowed && records.length > 0,
  });
  return query.data?.rows.filter(isAtRisk).map(({ product_id }) => product_id);
}
