import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { modelQuery, productsQuery } from '../../api/queries.js';
import { useLanguage } from '../../i18n/locale.js';
import { Button } from '../../ui/button.js';
import { InputField, SelectField } from '../../ui/field.js';
import { PLAN_KINDS, PLAN_SCOPES, type PlanDraft, type PlanRecord, recordOf } from './plan-record.js';

interface PlanFormProps {
  readonly draft: PlanDraft;
  readonly onChange: (draft: PlanDraft) => void;
  readonly onTry: (record: PlanRecord) => void;
  /** Undefined for roles that may not change the plan. */
  readonly onSave: ((record: PlanRecord) => void) | undefined;
  readonly isSaving: boolean;
  /** Gives a change up; undefined while a new plan is written. */
  readonly onCancel: (() => void) | undefined;
}

/** A plan for some days: to be tried first, and then kept. */
export function PlanForm({ draft, onChange, onTry, onSave, isSaving, onCancel }: PlanFormProps) {
  const { t } = useLanguage();
  const listId = useId();
  const categories = useQuery(modelQuery).data?.categories ?? [];
  const products = useQuery(productsQuery('year')).data?.products ?? [];
  const change = (own: Partial<PlanDraft>) => onChange({ ...draft, ...own });
  const category = draft.category || (categories[0] ?? '');
  const record = () => recordOf({ ...draft, category });
  const hasPrice = draft.kind === 'promo' || draft.kind === 'price';
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onTry(record());
      }}
    >
      <div className="form-row">
        <SelectField
          label={t('plan.kind')}
          value={draft.kind}
          options={PLAN_KINDS.map((kind) => [kind, t(`plan.kind.${kind}`)])}
          onChange={({ target }) =>
            change({ kind: PLAN_KINDS.find((kind) => kind === target.value) ?? 'promo' })
          }
        />
        <SelectField
          label={t('plan.scope')}
          value={draft.scope}
          options={PLAN_SCOPES.map((scope) => [scope, t(`plan.scope.${scope}`)])}
          onChange={({ target }) =>
            change({ scope: PLAN_SCOPES.find((scope) => scope === target.value) ?? 'all' })
          }
        />
        {draft.scope === 'category' && (
          <SelectField
            label={t('col.category')}
            value={category}
            options={categories.map((name) => [name, name])}
            onChange={({ target }) => change({ category: target.value })}
          />
        )}
        {draft.scope === 'product' && (
          <>
            <InputField
              label={t('col.product')}
              list={listId}
              required
              value={draft.product}
              onChange={({ target }) => change({ product: target.value })}
            />
            <datalist id={listId}>
              {products.map(({ product_id }) => (
                <option key={product_id} value={product_id} />
              ))}
            </datalist>
          </>
        )}
      </div>
      <div className="form-row">
        <InputField
          label={t('plan.from')}
          type="date"
          required
          value={draft.from}
          onChange={({ target }) => change({ from: target.value })}
        />
        <InputField
          label={t('plan.to')}
          type="date"
          required
          min={draft.from}
          value={draft.to}
          onChange={({ target }) => change({ to: target.value })}
        />
        {hasPrice && (
          <InputField
            label={t('plan.price')}
            type="number"
            min="0.01"
            step="any"
            required={draft.kind === 'price'}
            value={draft.price}
            onChange={({ target }) => change({ price: target.value })}
          />
        )}
        {draft.kind === 'event' && (
          <InputField
            label={t('plan.event')}
            required
            maxLength={100}
            value={draft.event}
            onChange={({ target }) => change({ event: target.value })}
          />
        )}
      </div>
      <InputField
        label={t('plan.note')}
        maxLength={200}
        value={draft.note}
        onChange={({ target }) => change({ note: target.value })}
      />
      <div className="form-actions">
        <Button type="submit" kind="primary">
          {t('plan.try')}
        </Button>
        {onSave && (
          <Button
            disabled={isSaving}
            onClick={({ currentTarget }) => {
              if (currentTarget.form?.reportValidity()) onSave(record());
            }}
          >
            {t(onCancel ? 'plan.change.save' : 'plan.save')}
          </Button>
        )}
        {onCancel && <Button onClick={onCancel}>{t('common.cancel')}</Button>}
      </div>
    </form>
  );
}
