import { useState } from 'react';
import type { Schemas } from '../../api/client.js';
import { useLanguage } from '../../i18n/locale.js';
import { SelectField } from '../../ui/field.js';
import { Card } from '../../ui/page.js';
import { Stat } from '../stat.js';
import { isAtRisk, type StockRow } from './stock-reasons.js';
import { StockTable } from './stock-table.js';

const SHOWN = ['all', 'order-now', 'order-later', 'risk', 'excess', 'unknown'] as const;

type Shown = (typeof SHOWN)[number];

interface StockResultProps {
  readonly plan: Schemas['StockPlan'];
  /** True while a newer plan is on its way. */
  readonly isOld: boolean;
  readonly onHandChange: (productId: string, onHand: number | undefined) => void;
}

/** The orders of a plan, what they come to, and what the plan does not know. */
export function StockResult({ plan, isOld, onHandChange }: StockResultProps) {
  const { t, tn, tMaybe, format } = useLanguage();
  const [shown, setShown] = useState<Shown>('all');
  const { rows, review_period, total_count, findings } = plan;
  const orders = rows.filter(({ action }) => action === 'order-now');
  const units = orders.reduce((sum, { order_quantity }) => sum + (order_quantity ?? 0), 0);
  const products = (count: number) => ({
    value: format.number(count),
    unit: tn('stock.productsUnit', count),
  });
  const found = rows.filter((row) => isShown(row, shown));
  return (
    <div className="column" aria-busy={isOld}>
      <div className="stats">
        <Stat
          title={t('stock.orderNow')}
          value={format.number(units)}
          unit={t('units')}
          detail={tn('stock.products', orders.length)}
          note={
            plan.order_cost > 0 ? t('stock.costOfAll', { cost: format.money(plan.order_cost) }) : undefined
          }
        />
        <Stat
          title={t('stock.atRisk')}
          {...products(rows.filter(isAtRisk).length)}
          note={t('stock.atRisk.note')}
        />
        <Stat
          title={t('stock.tooMuch')}
          {...products(rows.filter((row) => isShown(row, 'excess')).length)}
          note={t('stock.tooMuch.note')}
        />
        <Stat
          title={t('stock.notKnown')}
          {...products(rows.filter(({ action }) => action === 'unknown').length)}
          note={t('stock.notKnown.note')}
        />
      </div>
      <Card
        title={t('stock.orders')}
        note={t('stock.orders.note')}
        actions={
          <SelectField
            label={t('stock.show')}
            value={shown}
            options={SHOWN.map((name) => [name, t(`stock.show.${name}`)])}
            onChange={({ target }) => setShown(SHOWN.find((name) => name === target.value) ?? 'all')}
          />
        }
      >
        {isOld && (
          <p role="status" className="quiet">
            {t('stock.planning')}
          </p>
        )}
        {total_count > rows.length && (
          <p>
            {t('stock.limited', { shown: format.number(rows.length), count: format.number(total_count) })}
          </p>
        )}
        {found.length === 0 ? (
          <p className="quiet">{t('table.none')}</p>
        ) : (
          <StockTable rows={found} reviewDays={review_period} onHandChange={onHandChange} />
        )}
      </Card>
      {findings.length > 0 && (
        <Card title={t('stock.findings')}>
          <ul className="list findings">
            {findings.map(({ code, message, count, product_ids }) => (
              <li key={code}>
                <span>{tMaybe(`stock.finding.${code}`) ?? message}</span>
                <span className="quiet">{tn('stock.products', count)}</span>
                <span className="note whole-line">
                  {product_ids.join(', ')}
                  {count > product_ids.length && ' …'}
                </span>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </div>
  );
}

function isShown(row: StockRow, shown: Shown): boolean {
  if (shown === 'all') return true;
  if (shown === 'risk') return isAtRisk(row);
  if (shown === 'excess') return row.condition === 'excess' || row.condition === 'dead';
  return row.action === shown;
}
