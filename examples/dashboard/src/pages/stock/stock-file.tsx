import { useMutation } from '@tanstack/react-query';
import { useLanguage } from '../../i18n/locale.js';
import { InputField } from '../../ui/field.js';
import { ProblemBox } from '../../ui/problem-box.js';
import { readStockFile, type StockEntry } from './stock-records.js';

/** Lines that are named at most. */
const NAMED = 10;

/** Reads the stock of a file, and tells what of it was not understood. */
export function StockFile({ onRead }: { readonly onRead: (entries: readonly StockEntry[]) => void }) {
  const { t, tn } = useLanguage();
  const reading = useMutation({
    mutationFn: readStockFile,
    onSuccess: ({ entries }) => onRead(entries),
    networkMode: 'always',
  });
  return (
    <>
      <InputField
        label={t('stock.file')}
        hint={t('stock.file.hint')}
        type="file"
        accept=".csv,.txt,.tsv,text/csv"
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          if (file) reading.mutate(file);
        }}
      />
      {reading.data && (
        <p role="status">
          {tn('stock.file.read', reading.data.entries.length)}{' '}
          {reading.data.problems.length > 0 &&
            t('stock.file.problems', {
              lines: reading.data.problems
                .slice(0, NAMED)
                .map(({ line }) => line)
                .join(', '),
            })}
        </p>
      )}
      {reading.isError && <ProblemBox error={reading.error} />}
    </>
  );
}
