import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLanguage } from '../../i18n/locale.js';
import { Answer } from '../../ui/answer.js';
import { Button } from '../../ui/button.js';
import { InputField, SelectField } from '../../ui/field.js';
import { Card } from '../../ui/page.js';
import { ProblemBox } from '../../ui/problem-box.js';
import { FilePreview } from './file-preview.js';
import { type FileChoices, inspectFile } from './inspect-file.js';
import { lastUploadQuery } from './last-upload.js';
import { ReportCard } from './report-card.js';
import { type DeliveryMode, sendFile } from './send-file.js';

const NO_CHOICES: FileChoices = { columns: {}, answers: {} };

/** Takes a file, shows how it will be read, sends it, and shows the result. */
export function UploadCard() {
  const { t, format } = useLanguage();
  const client = useQueryClient();
  const [file, setFile] = useState<File>();
  const [choices, setChoices] = useState(NO_CHOICES);
  const [mode, setMode] = useState<DeliveryMode>('add');
  const [sent, setSent] = useState(0);
  const inspection = useQuery({
    queryKey: ['file', file?.name, file?.size, file?.lastModified, choices],
    queryFn: () => (file ? inspectFile(file, choices) : Promise.reject(new Error('There is no file'))),
    enabled: file !== undefined,
    networkMode: 'always',
    // The content of a file is kept nowhere.
    gcTime: 0,
    meta: { isPrivate: true },
    placeholderData: (before) => before,
    retry: false,
  });
  const delivery = useMutation({
    mutationFn: (chosen: File) => sendFile({ file: chosen, mode, choices, onProgress: setSent }),
    onMutate: () => setSent(0),
    onSuccess: ({ rejected, findings }) => {
      client.setQueryData(lastUploadQuery.queryKey, { rejected, findings: findings.length });
      return client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'file' });
    },
  });
  const choose = (chosen: File | undefined) => {
    setFile(chosen);
    setChoices(NO_CHOICES);
    delivery.reset();
  };
  const isOpen = inspection.data?.questions.some(({ assumed }) => assumed === undefined) ?? true;
  return (
    <>
      <Card title={t('data.upload')}>
        <InputField
          label={t('data.file')}
          hint={t('data.file.hint')}
          type="file"
          accept=".csv,.txt,.tsv,text/csv"
          onChange={({ target }) => choose(target.files?.[0])}
        />
        {file && (
          <Answer query={inspection}>
            {(found) => (
              <form
                onSubmit={(event) => {
                  event.preventDefault();
                  delivery.mutate(file);
                }}
              >
                <FilePreview inspection={found} choices={choices} onChoose={setChoices} />
                <SelectField
                  label={t('data.mode')}
                  value={mode}
                  options={[
                    ['add', t('data.mode.add')],
                    ['replace', t('data.mode.replace')],
                  ]}
                  onChange={({ target }) => setMode(target.value === 'replace' ? 'replace' : 'add')}
                />
                <div className="form-actions">
                  <Button type="submit" kind="primary" disabled={isOpen || delivery.isPending}>
                    {t('data.send')}
                  </Button>
                </div>
              </form>
            )}
          </Answer>
        )}
        {delivery.isPending && (
          <div role="status">
            <p>{sent < 1 ? t('data.sending', { share: format.percent(sent) }) : t('data.storing')}</p>
            <progress aria-label={t('data.send')} value={sent < 1 ? sent : undefined} />
          </div>
        )}
        {delivery.isError && <ProblemBox error={delivery.error} />}
      </Card>
      {delivery.data && file && (
        <ReportCard
          report={delivery.data}
          file={file}
          encoding={inspection.data?.dialect.encoding ?? 'utf-8'}
        />
      )}
    </>
  );
}
