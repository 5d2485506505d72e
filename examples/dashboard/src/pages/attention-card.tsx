import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { alertsQuery, latestTrainingQuery, modelQuery, versionsQuery } from '../api/queries.js';
import { seesProducts } from '../api/roles.js';
import { useLanguage } from '../i18n/locale.js';
import { usePeriod } from '../layout/use-period.js';
import { useRole } from '../layout/use-session.js';
import { Answer, Skeleton } from '../ui/answer.js';
import { Card } from '../ui/page.js';
import { daysBetween, today } from '../util/days.js';
import { type AttentionFact, attentionOf } from './attention.js';
import { lastUploadQuery } from './data/last-upload.js';
import { useProductsAtRisk } from './stock/stock-risk.js';

/** Facts that are there at once; further ones are folded. */
const SHOWN = 6;

/** Lists only what needs attention. */
export function AttentionCard() {
  const { t } = useLanguage();
  const role = useRole();
  const isAdmin = role === 'admin';
  const model = useQuery(modelQuery);
  const versions = useQuery({ ...versionsQuery, enabled: isAdmin });
  const training = useQuery({ ...latestTrainingQuery, enabled: isAdmin });
  const alerts = useQuery(alertsQuery);
  const atRisk = useProductsAtRisk(seesProducts(role));
  const upload = useQuery(lastUploadQuery).data;
  return (
    <Card title={t('overview.attention')}>
      <Answer query={model} lines={SHOWN}>
        {(answer) => (
          <div className="attention">
            <AttentionList
              isComplete={!alerts.isPending && !alerts.isError}
              facts={attentionOf({
                model: answer,
                versions: versions.data,
                training: training.data ?? undefined,
                alerts: alerts.data?.alerts,
                atRisk,
                upload,
                salesAge: daysBetween(answer.last_day, today()),
                modelAgeMs: Date.now() - Date.parse(answer.trained_at),
              })}
            />
            {alerts.isLoading && <Skeleton lines={SHOWN} text={t('attention.checking')} />}
            {alerts.isError && <p className="quiet">{t('attention.noAlerts')}</p>}
          </div>
        )}
      </Answer>
    </Card>
  );
}

interface AttentionListProps {
  readonly facts: readonly AttentionFact[];
  /** False while something may still be missing: nothing is in order yet. */
  readonly isComplete: boolean;
}

/** Facts in the order of their importance, each with where to look or what to do. */
export function AttentionList({ facts, isComplete }: AttentionListProps) {
  const { t, tn } = useLanguage();
  if (facts.length === 0) return isComplete && <p className="quiet">{t('overview.attention.none')}</p>;
  const more = facts.slice(SHOWN);
  return (
    <>
      <FactList facts={facts.slice(0, SHOWN)} />
      {more.length > 0 && (
        <details>
          <summary>{tn('attention.more', more.length)}</summary>
          <FactList facts={more} />
        </details>
      )}
    </>
  );
}

function FactList({ facts }: Pick<AttentionListProps, 'facts'>) {
  return (
    <ul className="list">
      {facts.map((fact) => (
        <li key={`${fact.kind} ${JSON.stringify(fact.subject)}`} className="alert-item">
          <Fact fact={fact} />
        </li>
      ))}
    </ul>
  );
}

function Fact({ fact: { subject, page, text } }: { readonly fact: AttentionFact }) {
  const language = useLanguage();
  const [period] = usePeriod();
  const told = text(language);
  if (subject === undefined) return page ? <Link to={page}>{told}</Link> : <span>{told}</span>;
  return (
    <span>
      {'product' in subject ? (
        <Link to="/products/$productId" params={{ productId: subject.product }} search={{ period }}>
          {subject.product}
        </Link>
      ) : (
        <Link to="/categories/$category" params={{ category: subject.category }} search={{ period }}>
          {subject.category}
        </Link>
      )}{' '}
      {told}
    </span>
  );
}
