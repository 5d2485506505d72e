import { useQuery } from '@tanstack/react-query';
import { useLanguage } from '../../i18n/locale.js';
import { Card } from '../../ui/page.js';
import { linesOf } from './inspect-file.js';
import type { IngestReport } from './send-file.js';

type Finding = IngestReport['findings'][number];

interface ReportCardProps {
  readonly report: IngestReport;
  readonly file: File;
  readonly encoding: string;
}

/** Findings of the server about a file. The server returns line numbers; their contents are read here. */
export function ReportCard({ report, file, encoding }: ReportCardProps) {
  const { t, tn } = useLanguage();
  const { accepted, rejected, already_written, written, findings } = report;
  const numbers = findings.flatMap(({ examples }) => examples.flatMap(lineOf));
  const lines = useQuery({
    queryKey: ['file', file.name, file.size, file.lastModified, encoding, numbers],
    queryFn: () => linesOf(file, encoding, numbers),
    networkMode: 'always',
    gcTime: 0,
    meta: { isPrivate: true },
  });
  return (
    <Card title={t('data.report')} note={t('data.report.next')}>
      <div role="status">
        {already_written > 0 && written === 0 ? (
          <p>{t('data.report.already')}</p>
        ) : (
          <p>
            <strong>{tn('data.report.accepted', accepted)}</strong>{' '}
            {rejected > 0 && tn('data.report.rejected', rejected)}
          </p>
        )}
      </div>
      {findings.length === 0 ? (
        <p className="quiet">{t('data.report.none')}</p>
      ) : (
        <ul className="list findings">
          {findings.map((finding) => (
            <FindingItem key={finding.code} finding={finding} lines={lines.data} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function FindingItem({
  finding,
  lines,
}: {
  readonly finding: Finding;
  readonly lines?: Map<number, string>;
}) {
  const { t, tn, tMaybe } = useLanguage();
  const { code, message, count, examples } = finding;
  const shown = [...new Set(examples.flatMap(lineOf))];
  return (
    <li>
      <span>{tMaybe(`finding.${code}`) ?? message}</span>
      <span className="quiet">{tn('data.report.times', count)}</span>
      {shown.length > 0 && (
        <ul className="samples">
          {shown.map((line) => (
            <li key={line}>
              <span className="quiet">{t('data.report.line', { line })}</span>{' '}
              <code>{lines?.get(line) ?? ''}</code>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

/** Number of the line that an example is about, if it is about one. */
function lineOf(path: Finding['examples'][number]): number[] {
  const [line] = path.filter((part) => typeof part === 'number');
  return line === undefined ? [] : [line];
}
