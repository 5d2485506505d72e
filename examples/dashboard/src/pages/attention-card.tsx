import { useQuery } from '@tanstack/react-query';
import { latestTrainingQuery, modelQuery, versionsQuery } from '../api/queries.js';
import { useLanguage } from '../i18n/locale.js';
import { useRole } from '../layout/use-session.js';
import { Answer } from '../ui/answer.js';
import { Card } from '../ui/page.js';
import { daysBetween, today } from '../util/days.js';
import { attentionOf } from './attention.js';

/** Lists only what needs attention. */
export function AttentionCard() {
  const language = useLanguage();
  const { t } = language;
  const isAdmin = useRole() === 'admin';
  const model = useQuery(modelQuery);
  const versions = useQuery({ ...versionsQuery, enabled: isAdmin });
  const training = useQuery({ ...latestTrainingQuery, enabled: isAdmin });
  return (
    <Card title={t('overview.attention')}>
      <Answer query={model}>
        {(answer) => {
          const facts = attentionOf({
            model: answer,
            versions: versions.data,
            training: training.data ?? undefined,
            salesAge: daysBetween(answer.last_day, today()),
            modelAgeMs: Date.now() - Date.parse(answer.trained_at),
          });
          if (facts.length === 0) return <p className="quiet">{t('overview.attention.none')}</p>;
          return (
            <ul className="list">
              {facts.map((fact) => (
                <li key={fact.kind} className="alert-item">
                  {fact.text(language)}
                </li>
              ))}
            </ul>
          );
        }}
      </Answer>
    </Card>
  );
}
