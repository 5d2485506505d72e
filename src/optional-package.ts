import { ForecastError } from './errors.js';

/**
 * Loads a package that only one part needs and that is installed beside this one.
 *
 * @param load imports it by a literal name, which bundlers can follow
 * @throws ForecastError `missing-dependency` with the command that installs it.
 */
export async function optionalPackage<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    throw new ForecastError('missing-dependency', `The package ${name} is not installed`, {
      path: [name],
      hint: `Run: npm install ${name}`,
      cause,
    });
  }
}
