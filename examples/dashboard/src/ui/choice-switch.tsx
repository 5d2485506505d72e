import { type ReactNode, useId } from 'react';

interface ChoiceSwitchProps<Value extends string> {
  /** Name of the choice, for those who can't see it. */
  readonly label: string;
  readonly options: readonly { readonly value: Value; readonly name: ReactNode }[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly isSmall?: boolean;
}

/** One of a few choices, all of which are seen. */
export function ChoiceSwitch<Value extends string>(props: ChoiceSwitchProps<Value>) {
  const { label, options, value, onChange, isSmall = false } = props;
  const group = useId();
  return (
    <div className={isSmall ? 'switch switch-small' : 'switch'} role="radiogroup" aria-label={label}>
      {options.map((option) => (
        <label key={option.value} className="switch-item">
          <input
            type="radio"
            name={group}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          {option.name}
        </label>
      ))}
    </div>
  );
}
