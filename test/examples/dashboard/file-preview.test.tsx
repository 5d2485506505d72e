import { screen } from '@testing-library/react';
import { inspectSalesCsv } from 'commerce-forecast/csv';
import { expect, it } from 'vitest';
import { FilePreview } from '../../../examples/dashboard/src/pages/data/file-preview.js';
import { show } from './render.js';

it('a file is shown in the language of the page, its questions and their answers too', async () => {
  const file = new Blob([
    'date,product,units,promo,price\n03/04/2026,Tea,5,true,"1,200"\n05/06/2026,Tea,6,false,"1,300"\n',
  ]);
  const answers = { 'date-order': 'DMY' };
  const { questions } = await inspectSalesCsv(file, {});
  expect(questions.map(({ code }) => code)).toEqual(['date-order', 'decimal']);
  // What was answered can be changed, and the rows are read with it.
  const inspection = { ...(await inspectSalesCsv(file, { answers })), questions };
  await show(
    <FilePreview inspection={inspection} choices={{ columns: {}, answers }} onChoose={() => undefined} />,
    'de',
  );
  const optionsOf = (label: string) =>
    [...screen.getByLabelText(label).querySelectorAll('option')].map(({ textContent }) => textContent);
  expect(optionsOf('In welcher Reihenfolge stehen Tag, Monat und Jahr?')).toEqual([
    'Bitte wählen …',
    'zuerst der Tag',
    'zuerst der Monat',
  ]);
  expect(optionsOf('Welches Zeichen trennt die Nachkommastellen ab?').slice(1)).toEqual([
    'ein Punkt: 1,200 ist zwölfhundert, und 1.200 ist 1,2',
    'ein Komma: 1,200 ist 1,2, und 1.200 ist zwölfhundert',
  ]);
});
