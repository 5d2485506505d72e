import { API_URL, type Schemas } from '../../api/client.js';
import { ApiProblem } from '../../api/problem.js';
import type { FileChoices } from './inspect-file.js';

export type IngestReport = Schemas['IngestReport'];
export type DeliveryMode = 'add' | 'replace';

interface Delivery {
  readonly file: File;
  readonly mode: DeliveryMode;
  readonly choices: FileChoices;
  /** Called with the share of the file that has been sent. */
  readonly onProgress: (share: number) => void;
}

/**
 * Sends a file. Only an `XMLHttpRequest` reports upload progress. The same file in the same mode has the same key, so
 * that sending it twice changes nothing.
 *
 * @throws ApiProblem
 */
export async function sendFile({ file, mode, choices, onProgress }: Delivery): Promise<IngestReport> {
  const { columns, answers } = choices;
  const query = new URLSearchParams({ mode });
  if (Object.keys(columns).length > 0) query.set('columns', JSON.stringify(columns));
  if (Object.keys(answers).length > 0) query.set('answers', JSON.stringify(answers));
  const key = `${mode}-${await fingerprint(file)}`;
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `${API_URL}/api/v1/sales?${query}`);
    request.withCredentials = true;
    request.setRequestHeader('content-type', 'text/csv');
    request.setRequestHeader('idempotency-key', key);
    request.setRequestHeader('x-csrf-protection', '1');
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 1);
    request.onerror = () => reject(ApiProblem.unreachable(undefined));
    request.onload = () => {
      const body = parsed(request.responseText);
      if (request.status === 200) resolve(body as IngestReport);
      else reject(ApiProblem.from(request.status, body));
    };
    request.send(file);
  });
}

/** Identifies a file by its content, or by name, size and date where the browser cannot hash. */
async function fingerprint(file: File): Promise<string> {
  if (!globalThis.crypto?.subtle) {
    return `${file.name}-${file.size}-${file.lastModified}`.replaceAll(/[^\w.:-]/g, '_').slice(0, 150);
  }
  const hash = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
