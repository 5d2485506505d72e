import { useLanguage } from '../i18n/locale.js';

export interface TrendFacts {
  readonly direction: 'up' | 'down' | 'flat';
  /** Base of the comparison. */
  readonly base: 'year-before' | 'days-before' | null;
  readonly percent: number | null;
  readonly significant: boolean;
}

const ARROWS = { up: '▲', down: '▼', flat: '▬' } as const;

/** The direction and size of a change, and whether it may be chance. */
export function TrendMark({ trend }: { readonly trend: TrendFacts }) {
  const { t, format } = useLanguage();
  const { direction, base, percent, significant } = trend;
  if (percent === null || base === null) return <span className="quiet">{t('trend.none')}</span>;
  const shown = significant ? direction : 'flat';
  return (
    <span className={`trend trend-${shown}`}>
      <span aria-hidden="true">{ARROWS[shown]}</span> {format.signedPercent(percent / 100)}
      <span className="visually-hidden">
        {t(`trend.${shown}`)}, {t(`trend.${base}`)}
      </span>
      {!significant && <span className="quiet"> {t('trend.uncertain')}</span>}
    </span>
  );
}
