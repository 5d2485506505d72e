import type { Deployment } from '../training/training-runs.js';

/** Decision about the version of a training, and the reason, in words. */
export function explainTraining({ version, cause }: Deployment): string {
  const { code, values } = cause;
  switch (code) {
    case 'first':
      return `Version ${version} is the first one and answers all requests.`;
    case 'no-validation':
      return `Version ${version} answers all requests: there is no validation to compare with.`;
    case 'production-lost':
      return `Version ${version} answers all requests: version ${values['production']} is lost or damaged.`;
    case 'production-wrong-days':
      return (
        `Version ${version} answers all requests: version ${values['production']} has learnt from sales of ` +
        `${values['last_day']}.`
      );
    case 'lost':
      return `Version ${version} is not put to use: its content is lost or damaged.`;
    case 'better':
      return `Version ${version} answers all requests: ${comparison(values)}.`;
    case 'better-canary':
      return `Version ${version} answers ${percent(values['share'])} of the keys until sales tell more: ${comparison(values)}.`;
    case 'not-better':
      return (
        `Version ${version} is kept and not put to use: ${comparison(values)}, and it takes 1 % less. ` +
        'It can be promoted by hand.'
      );
    case 'waiting':
      return (
        `Version ${version} stays a candidate: another one is being tried, or the routes were changed meanwhile. ` +
        'It is judged after that, unless a later training replaces it, and can be promoted by hand.'
      );
    case 'registered-before':
      return `Version ${version} was registered before; its state is ${values['state']}.`;
    case 'superseded':
      return `Version ${version} is kept and not put to use: a later training came before it could be tried.`;
  }
}

type Values = Deployment['cause']['values'];

function comparison(values: Values): string {
  const { days_behind: behind } = values;
  const aging =
    behind === undefined
      ? ''
      : `, which counts as ${error(values['counted_error'])} since it knows ${behind} days of sales less`;
  return (
    `relative to repeating the last week, its error on the days held back is ${error(values['error'])} and that of ` +
    `version ${values['production']} ${error(values['production_error'])}${aging}`
  );
}

function error(value: Values[string] | undefined): string {
  return typeof value === 'number' ? value.toFixed(3) : 'not known';
}

function percent(share: Values[string] | undefined): string {
  return `${Number((100 * Number(share)).toFixed(1))} %`;
}
