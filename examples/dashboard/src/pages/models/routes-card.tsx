import type { Schemas } from '../../api/client.js';
import { useLanguage } from '../../i18n/locale.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/page.js';
import type { Change } from './change-dialog.js';

export type Routes = Schemas['ModelRoutes'];

interface RoutesCardProps {
  readonly routes: Routes;
  readonly onChange: (change: Change) => void;
}

/** Shows which version answers whom. */
export function RoutesCard({ routes: { production, rollback_to, split }, onChange }: RoutesCardProps) {
  const { t, tMaybe, format } = useLanguage();
  return (
    <Card title={t('models.routes')}>
      {production === null ? (
        <p className="quiet">{t('models.production.none')}</p>
      ) : (
        <p>
          {t('models.production')}: <strong>{t('models.version', { version: production })}</strong>
        </p>
      )}
      {split === null ? (
        <p className="quiet">{t('models.split.none')}</p>
      ) : (
        <>
          <p>{tMaybe(`models.split.${split.kind}`, { time: format.time(split.started_at) }) ?? split.kind}</p>
          <ul className="list">
            {split.arms.map(({ name, version, share }) => (
              <li key={name}>{t('models.split.arm', { name, version, share: format.percent(share) })}</li>
            ))}
          </ul>
        </>
      )}
      <div className="form-actions">
        {split !== null && (
          <Button onClick={() => onChange({ kind: 'stop' })}>{t('models.split.stop')}</Button>
        )}
        {rollback_to !== null && (
          <Button kind="danger" onClick={() => onChange({ kind: 'rollback', version: rollback_to })}>
            {t('models.rollback', { version: rollback_to })}
          </Button>
        )}
      </div>
    </Card>
  );
}
