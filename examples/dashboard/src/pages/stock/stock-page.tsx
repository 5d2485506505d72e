import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { modelQuery, stockPlanQuery } from '../../api/queries.js';
import { useLanguage } from '../../i18n/locale.js';
import { stockRoute } from '../../router.js';
import { Answer } from '../../ui/answer.js';
import { Button } from '../../ui/button.js';
import { InputField, SelectField } from '../../ui/field.js';
import { Card, Page } from '../../ui/page.js';
import { StockFile } from './stock-file.js';
import { useStockRecords, withOnHand } from './stock-records.js';
import { StockResult } from './stock-result.js';
import {
  LEAD_DAYS,
  LEVEL_PERCENT,
  REVIEW_DAYS,
  type StockTerms,
  stockQuestion,
  termsOf,
} from './stock-terms.js';

/** Orders for the stock that is entered here: what, by when and why. */
export default function StockPage() {
  const { t } = useLanguage();
  const terms = termsOf(stockRoute.useSearch());
  const [records, setRecords] = useStockRecords();
  const query = useQuery({
    ...stockPlanQuery(stockQuestion(records, terms)),
    // The plan before stays until the next one is there, so that the place in the table is kept.
    placeholderData: (before) => before,
  });
  return (
    <Page title={t('stock.title')} subtitle={t('stock.subtitle')}>
      <Card title={t('stock.terms')} note={t('stock.private')}>
        <TermsForm key={JSON.stringify(terms)} terms={terms} />
        <StockFile onRead={setRecords} />
        {records.length > 0 && (
          <div className="form-actions">
            <Button onClick={() => setRecords([])}>{t('stock.forget')}</Button>
          </div>
        )}
      </Card>
      <Answer query={query} lines={10}>
        {(plan) => (
          <StockResult
            plan={plan}
            isOld={query.isPlaceholderData}
            onHandChange={(productId, onHand) => setRecords(withOnHand(records, productId, onHand))}
          />
        )}
      </Answer>
    </Page>
  );
}

function TermsForm({ terms }: { readonly terms: StockTerms }) {
  const { t } = useLanguage();
  const navigate = useNavigate({ from: stockRoute.fullPath });
  const categories = useQuery(modelQuery).data?.categories ?? [];
  const [lead, setLead] = useState(String(terms.lead));
  const [review, setReview] = useState(String(terms.review));
  const [level, setLevel] = useState(String(terms.level));
  const [category, setCategory] = useState(terms.category ?? '');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const own = { lead: Number(lead), review: Number(review), level: Number(level) };
        void navigate({ search: (old) => ({ ...old, ...own, category: category || undefined }) });
      }}
    >
      <div className="form-row">
        <InputField
          label={t('stock.lead')}
          type="number"
          {...LEAD_DAYS}
          required
          value={lead}
          onChange={({ target }) => setLead(target.value)}
        />
        <InputField
          label={t('stock.review')}
          type="number"
          {...REVIEW_DAYS}
          required
          value={review}
          onChange={({ target }) => setReview(target.value)}
        />
        <InputField
          label={t('stock.level')}
          type="number"
          {...LEVEL_PERCENT}
          step="any"
          required
          value={level}
          onChange={({ target }) => setLevel(target.value)}
        />
        <SelectField
          label={t('col.category')}
          value={category}
          options={[['', t('stock.allCategories')], ...categories.map((name) => [name, name] as const)]}
          onChange={({ target }) => setCategory(target.value)}
        />
      </div>
      <div className="form-actions">
        <Button type="submit" kind="primary">
          {t('stock.plan')}
        </Button>
      </div>
    </form>
  );
}
