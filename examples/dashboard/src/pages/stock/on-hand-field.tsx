import { useEffect, useState } from 'react';
import { useLanguage } from '../../i18n/locale.js';

interface OnHandFieldProps {
  readonly productId: string;
  readonly value: number | null;
  readonly onChange: (productId: string, onHand: number | undefined) => void;
}

/** Units on hand of a product. They count once the field is left, as each change makes another plan. */
export function OnHandField({ productId, value, onChange }: OnHandFieldProps) {
  const { t } = useLanguage();
  const known = value === null ? '' : String(value);
  const [text, setText] = useState(known);
  useEffect(() => setText(known), [known]);
  const accept = () => {
    const units = text.trim() === '' ? undefined : Number(text);
    if (units !== undefined && !Number.isFinite(units)) setText(known);
    else if (units !== (value ?? undefined)) onChange(productId, units);
  };
  return (
    <input
      className="cell-input numeric"
      type="number"
      step="any"
      aria-label={t('stock.onHand.of', { product: productId })}
      value={text}
      onChange={({ target }) => setText(target.value)}
      onBlur={accept}
      onKeyDown={({ key }) => key === 'Enter' && accept()}
    />
  );
}
