import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Schemas } from '../../api/client.js';
import { deliveriesQuery, removalsQuery } from '../../api/queries.js';
import { useLanguage } from '../../i18n/locale.js';
import { Answer } from '../../ui/answer.js';
import { Button } from '../../ui/button.js';
import { DataTable } from '../../ui/data-table.js';
import { onDemand } from '../../ui/on-demand.js';
import { Card } from '../../ui/page.js';

type Delivery = Schemas['SalesDeliveries']['deliveries'][number];
type Removal = Schemas['SalesRemovals']['removals'][number];

const UndoDialog = onDemand(async () => (await import('./undo-dialog.js')).UndoDialog);

/** Lists deliveries, which can be taken back, and the log of what was removed. */
export function DeliveriesCard() {
  const { t } = useLanguage();
  const deliveries = useQuery(deliveriesQuery);
  const removals = useQuery(removalsQuery);
  const [undone, setUndone] = useState<Delivery>();
  return (
    <Card title={t('data.deliveries')} note={t('data.deliveries.note')}>
      <Answer query={deliveries}>
        {(answer) =>
          answer.deliveries.length === 0 ? (
            <p className="quiet">{t('data.deliveries.none')}</p>
          ) : (
            <DeliveryTable deliveries={answer.deliveries} onUndo={setUndone} />
          )
        }
      </Answer>
      {removals.data && removals.data.removals.length > 0 && (
        <>
          <h3>{t('data.removals')}</h3>
          <RemovalTable removals={removals.data.removals} />
        </>
      )}
      {undone && <UndoDialog delivery={undone} onClose={() => setUndone(undefined)} />}
    </Card>
  );
}

interface DeliveryTableProps {
  readonly deliveries: readonly Delivery[];
  readonly onUndo: (delivery: Delivery) => void;
}

function DeliveryTable({ deliveries, onUndo }: DeliveryTableProps) {
  const { t, format } = useLanguage();
  return (
    <DataTable
      caption={t('data.deliveries')}
      rows={deliveries}
      rowKey={({ id }) => id}
      limit={10}
      columns={[
        {
          name: t('data.delivery.time'),
          value: ({ written_at }) => written_at,
          show: ({ written_at }) => format.time(written_at),
        },
        { name: t('data.stored.rows'), value: ({ rows }) => rows },
        {
          name: t('data.stored.days'),
          value: ({ first_day }) => first_day,
          show: ({ first_day, last_day }) => (
            <span className="nowrap">
              {t('period.range', { from: format.day(first_day), to: format.day(last_day) })}
            </span>
          ),
        },
        {
          name: t('data.delivery.id'),
          value: ({ id }) => id,
          show: ({ id }) => <code title={id}>{shortened(id)}</code>,
        },
        {
          name: t('keys.actions'),
          value: () => '',
          isSortable: false,
          show: (delivery) =>
            delivery.can_undo ? (
              <span className="row-actions">
                <Button onClick={() => onUndo(delivery)}>
                  {t('data.undo')} <span className="visually-hidden">{format.time(delivery.written_at)}</span>
                </Button>
              </span>
            ) : (
              <span className="quiet">{t('data.undo.not')}</span>
            ),
        },
      ]}
    />
  );
}

function RemovalTable({ removals }: { readonly removals: readonly Removal[] }) {
  const { t, format } = useLanguage();
  return (
    <DataTable
      caption={t('data.removals')}
      rows={removals}
      rowKey={({ at, rows, delivery }) => `${at} ${rows} ${delivery}`}
      limit={5}
      columns={[
        { name: t('models.log.time'), value: ({ at }) => at, show: ({ at }) => format.time(at) },
        { name: t('data.stored.rows'), value: ({ rows }) => rows },
        {
          name: t('data.removal.what'),
          value: ({ delivery, from, to, product_ids, categories }) =>
            delivery === null
              ? [...(product_ids ?? []), ...(categories ?? []), from, to].filter((part) => part).join(', ')
              : t('data.removal.delivery', { id: shortened(delivery) }),
        },
        { name: t('data.removal.key'), value: ({ by }) => by },
        { name: t('col.reason'), value: ({ reason }) => reason },
      ]}
    />
  );
}

const ID_SHOWN = 20;

/** Ids of files are hashes, whose first characters tell them apart. */
function shortened(id: string): string {
  return id.length > ID_SHOWN ? `${id.slice(0, ID_SHOWN)}…` : id;
}
