import { describe, expect, it } from 'vitest';
import { de } from '../../../examples/dashboard/src/i18n/de.js';
import { createLanguage } from '../../../examples/dashboard/src/i18n/locale.js';
import { changeCauseText, trainingCauseText } from '../../../examples/dashboard/src/pages/models/causes.js';

const german = createLanguage('de', de);
type TrainingCode = Parameters<typeof trainingCauseText>[0]['code'];
type ChangeCode = Parameters<typeof changeCauseText>[0]['code'];

describe('reasons of the server', () => {
  it('are told in the language of the page, with their numbers', () => {
    expect(changeCauseText({ code: 'failure-rate', values: { value: 0.1, limit: 0.05 } }, german)).toBe(
      '10\u00a0% ihrer Anfragen sind fehlgeschlagen; die Grenze ist 5\u00a0%.',
    );
    const values = { error: 0.7214, production: 3, production_error: 0.8 };
    expect(trainingCauseText({ code: 'better', values }, 4, german)).toBe(
      'Version 4 beantwortet alle Anfragen: Gemessen am Wiederholen der letzten Woche ist ihr Fehler an den zurückgehaltenen Tagen 0,721, der von Version 3 0,800.',
    );
  });

  it('that only a newer server knows are left to its own words', () => {
    expect(trainingCauseText({ code: 'of-tomorrow' as TrainingCode, values: {} }, 4, german)).toBeUndefined();
    expect(changeCauseText({ code: 'of-tomorrow' as ChangeCode, values: {} }, german)).toBeUndefined();
  });
});
