import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../api/client.js';
import { modelQuery } from '../../api/queries.js';
import { useLanguage } from '../../i18n/locale.js';
import { Field } from '../../ui/field.js';

/** Limits of a key as they are typed in. */
export interface Limits {
  readonly categories: readonly string[];
  /** One location a line. */
  readonly locations: string;
}

export const NO_LIMITS: Limits = { categories: [], locations: '' };

/** Limits as the server takes them; undefined for the whole shop. */
export function scopeOf({ categories, locations }: Limits): Schemas['ApiKeyRequest']['scope'] {
  const places = [...new Set(locations.split('\n').map((line) => line.trim()))].filter((line) => line !== '');
  if (categories.length === 0 && places.length === 0) return undefined;
  return {
    ...(categories.length > 0 && { categories: [...categories] }),
    ...(places.length > 0 && { locations: places }),
  };
}

interface LimitsFieldsProps {
  readonly limits: Limits;
  readonly onChange: (limits: Limits) => void;
}

/** Part of the shop that a key of a merchant sees. */
export function LimitsFields({ limits, onChange }: LimitsFieldsProps) {
  const { t } = useLanguage();
  const names = useQuery(modelQuery).data?.categories ?? [];
  const { categories, locations } = limits;
  const toggle = (name: string) => {
    const others = categories.filter((one) => one !== name);
    onChange({ ...limits, categories: others.length < categories.length ? others : [...categories, name] });
  };
  return (
    <>
      {names.length > 0 && (
        <fieldset className="choices">
          <legend>{t('keys.limit.categories')}</legend>
          <div className="choices-list">
            {names.map((name) => (
              <label key={name} className="check">
                <input type="checkbox" checked={categories.includes(name)} onChange={() => toggle(name)} />
                {name}
              </label>
            ))}
          </div>
          <p className="note">{t('keys.limit.categories.hint')}</p>
        </fieldset>
      )}
      <Field label={t('keys.limit.locations')} hint={t('keys.limit.locations.hint')}>
        {(ids) => (
          <textarea
            {...ids}
            rows={2}
            value={locations}
            onChange={({ target }) => onChange({ ...limits, locations: target.value })}
          />
        )}
      </Field>
    </>
  );
}
