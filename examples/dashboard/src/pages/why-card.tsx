import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../api/client.js';
import { explainQuery, type Subject } from '../api/queries.js';
import { type Language, useLanguage } from '../i18n/locale.js';
import { usePeriod } from '../layout/use-period.js';
import { Answer } from '../ui/answer.js';
import { ChartCard } from '../ui/chart-card.js';
import { Card } from '../ui/page.js';

type Contribution = Schemas['Explanation']['contributions'][number];

/** Parts below this share of the forecast are combined. */
const SMALL_SHARE = 0.002;

/** Parts that make up the forecast, largest first. */
export function WhyCard({ subject, name }: { readonly subject: Subject; readonly name: string }) {
  const { t } = useLanguage();
  const [period] = usePeriod();
  const query = useQuery(explainQuery(subject, period));
  if (query.data) return <Explained explanation={query.data} name={name} />;
  return (
    <Card title={t('detail.why')}>
      <Answer query={query} lines={5}>
        {() => null}
      </Answer>
    </Card>
  );
}

interface ExplainedProps {
  readonly explanation: Schemas['Explanation'];
  readonly name: string;
}

function Explained({ explanation, name }: ExplainedProps) {
  const language = useLanguage();
  const { t, tMaybe, format } = language;
  const [period] = usePeriod();
  const { predicted_sales, contributions, members, model } = explanation;
  return (
    <ChartCard
      title={t('detail.why')}
      note={t('detail.why.note')}
      fileName={`${t('detail.why')} ${name}`}
      rows={contributions}
      rowKey={({ part, event = '' }) => `${part} ${event}`}
      columns={[
        {
          name: t('detail.why.part'),
          value: ({ part, event = '' }) => tMaybe(`part.${part}`, { event }) ?? part,
        },
        { name: t('col.units'), value: ({ units }) => units },
      ]}
    >
      <p>
        {t('detail.why.intro', {
          total: format.number(predicted_sales),
          period: t(`period.next.${period}`),
        })}
      </p>
      <Parts parts={gathered(contributions, predicted_sales)} language={language} />
      <p className="note">
        {t('detail.why.members', {
          members:
            members.length === 0
              ? model
              : members
                  .filter(({ weight }) => weight >= 0.01)
                  .map((member) => `${member.model} (${format.percent(member.weight)})`)
                  .join(', '),
        })}
      </p>
    </ChartCard>
  );
}

function Parts({
  parts,
  language,
}: {
  readonly parts: readonly Contribution[];
  readonly language: Language;
}) {
  const { t, tMaybe, format } = language;
  // The level is much larger than what changes it: it would leave no room to show the changes.
  const changes = parts.filter(({ part }) => part !== 'level').map(({ units }) => units);
  const low = Math.min(0, ...changes);
  const high = Math.max(0, ...changes);
  const place = (units: number) => (100 * (units - low)) / Math.max(high - low, 1e-9);
  return (
    <dl className="parts">
      {parts.map(({ part, event = '', units }) => (
        <div key={part + event} className="part">
          <dt>{tMaybe(`part.${part}`, { event }) ?? part}</dt>
          <dd className="part-scale" aria-hidden="true">
            {part !== 'level' && (
              <>
                <span
                  className={units < 0 ? 'part-bar part-bar-down' : 'part-bar'}
                  style={{ left: `${place(Math.min(0, units))}%`, width: `${place(Math.abs(units) + low)}%` }}
                />
                <span className="part-zero" style={{ left: `${place(0)}%` }} />
              </>
            )}
          </dd>
          <dd className="numeric">
            {part === 'level' ? format.number(units) : format.signed(units)} {t('units.short')}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** The parts, small ones and the rest as one. */
function gathered(parts: readonly Contribution[], total: number): Contribution[] {
  const isSmall = ({ part, units }: Contribution) =>
    part === 'rest' || (part !== 'level' && Math.abs(units) < SMALL_SHARE * Math.abs(total));
  const rest = parts.filter(isSmall).reduce((sum, { units }) => sum + units, 0);
  const large = parts.filter((part) => !isSmall(part));
  return rest === 0 ? large : [...large, { part: 'rest', units: rest }];
}
