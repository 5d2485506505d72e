import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { API_URL, type Schemas } from '../../api/client.js';
import { latestTrainingQuery } from '../../api/queries.js';

const EVENTS = `${API_URL}/api/v1/model/trainings/latest/events`;

/** Follows a training to its end, and says whether the connection is interrupted; the browser takes it up again. */
export function useTrainingEvents(isRunning: boolean): boolean {
  const client = useQueryClient();
  const [isLost, setLost] = useState(false);
  useEffect(() => {
    if (!isRunning) return;
    const source = new EventSource(EVENTS, { withCredentials: true });
    source.onopen = () => setLost(false);
    source.onerror = () => setLost(true);
    source.onmessage = ({ data }: MessageEvent<string>) => {
      const run: Schemas['Training'] = JSON.parse(data);
      client.setQueryData(latestTrainingQuery.queryKey, run);
      if (isUnfinished(run)) return;
      source.close();
      // Another version may answer now.
      void client.invalidateQueries();
    };
    return () => source.close();
  }, [client, isRunning]);
  return isLost;
}

/** Tells whether a training waits or is under way. */
export function isUnfinished({ status }: Schemas['Training']): boolean {
  return status === 'running' || status === 'queued';
}
