import { queryOptions } from '@tanstack/react-query';
import type { LastUpload } from '../attention.js';

/** Result of the last upload in this browser, kept with the last answers; undefined before the first. */
export const lastUploadQuery = queryOptions({
  queryKey: ['last-upload'],
  queryFn: (): Promise<LastUpload> => Promise.reject(new Error('Nothing was uploaded')),
  enabled: false,
  staleTime: Number.POSITIVE_INFINITY,
});
