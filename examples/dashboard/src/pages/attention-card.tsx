import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { latestTrainingQuery, modelQuery, versionsQuery } from '../api/queries.js';
import { useLanguage } from '../i18n/locale.js';
import { seesProducts, useRole } from '../layout/use-session.js';
import { Answer } from '../ui/answer.js';
import { Card } from '../ui/page.js';
import { daysBetween, today } from '../util/days.js';
import { attentionOf } from './attention.js';
import { lastUploadQuery } from './data/last-upload.js';
import { useProductsAtRisk } from './stock/stock-risk.js';

/** Lists only what needs attention. */
export function AttentionCard() {
  const language = useLanguage();
  const { t } = language;
  const role = useRole();
  const isAdmin = role === 'admin';
  const model = useQuery(modelQuery);
  const versions = useQuery({ ...versionsQuery, enabled: isAdmin });
  const training = useQuery({ ...latestTrainingQuery, enabled: isAdmin });
  const atRisk = useProductsAtRisk(seesProducts(role));
  const upload = useQuery(lastUploadQuery).data;
  return (
    <Card title={t('overview.attention')}>
      <Answer query={model}>
        {(answer) => {
          const facts = attentionOf({
            model: answer,
            versions: versions.data,
            training: training.data ?? undefined,
            atRisk,
            upload,
            salesAge: daysBetween(answer.last_day, today()),
            modelAgeMs: Date.now() - Date.parse(answer.trained_at),
          });
          if (facts.length === 0) return <p className="quiet">{t('overview.attention.none')}</p>;
          return (
            <ul className="list">
              {facts.map((fact) => (
                <li key={fact.kind} className="alert-item">
                  {fact.page ? (
                    <Link to={fact.page}>{fact.text(language)}</Link>
                  ) : (
                    <span>{fact.text(language)}</span>
                  )}
                </li>
              ))}
            </ul>
          );
        }}
      </Answer>
    </Card>
  );
}
