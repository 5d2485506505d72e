import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Schemas } from '../../api/client.js';
import { api, dataOf } from '../../api/client.js';
import { latestTrainingQuery } from '../../api/queries.js';
import { useLanguage } from '../../i18n/locale.js';
import { Answer } from '../../ui/answer.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/page.js';
import { ProblemBox } from '../../ui/problem-box.js';
import { trainingCauseText } from './causes.js';
import { isUnfinished, useTrainingEvents } from './training-events.js';

/** Starts a training, and shows how far it is. */
export function TrainingCard() {
  const { t } = useLanguage();
  const client = useQueryClient();
  const query = useQuery(latestTrainingQuery);
  const isRunning = query.data ? isUnfinished(query.data) : false;
  const isLost = useTrainingEvents(isRunning);
  const start = useMutation({
    mutationFn: () => dataOf(api.POST('/api/v1/model/train')),
    onSuccess: (run) => client.setQueryData(latestTrainingQuery.queryKey, run),
  });
  return (
    <Card title={t('training.title')}>
      <Answer query={query}>{(run) => <Run run={run} />}</Answer>
      {isLost && isRunning && <p className="quiet">{t('training.lost')}</p>}
      {start.isError && <ProblemBox error={start.error} />}
      <div className="form-actions">
        <Button kind="primary" disabled={isRunning || start.isPending} onClick={() => start.mutate()}>
          {t('training.start')}
        </Button>
      </div>
    </Card>
  );
}

function Run({ run }: { readonly run: Schemas['Training'] | null }) {
  const language = useLanguage();
  const { t, tMaybe, format } = language;
  if (run === null) return <p className="quiet">{t('training.none')}</p>;
  const { status, progress, started_at, finished_at, failure, cause, version, explanation } = run;
  if (status === 'queued') return <p role="status">{t('training.queued')}</p>;
  if (status === 'running') {
    return (
      <div role="status">
        <p>{t('training.running', { time: format.time(started_at) })}</p>
        {progress && (
          <progress
            aria-label={t('training.progress')}
            max={progress.total ?? undefined}
            value={progress.total === null ? undefined : progress.done}
          />
        )}
      </div>
    );
  }
  const told =
    (cause && version !== null
      ? trainingCauseText(cause, version, language)
      : tMaybe(`training.failure.${failure}`)) ?? explanation;
  const age = format.ago(Date.now() - Date.parse(finished_at ?? started_at));
  return (
    <div role="status">
      <p>
        {status === 'failed'
          ? t('training.failed', { age, code: failure ?? '' })
          : t('training.succeeded', { age })}
      </p>
      {told && <p className="quiet">{told}</p>}
    </div>
  );
}
