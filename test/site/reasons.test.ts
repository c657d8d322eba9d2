import { expect, test } from 'vitest';
import { translate } from '../../reports/components/catalogue.ts';
import { reasonName, reasonWords } from '../../reports/components/reasons.ts';

const [english, danish] = [translate('en'), translate('da')];

test('a reason is told in words, in a sentence and at the head of a row', () => {
  expect(reasonWords('too_small', english)).toBe('company too small');
  expect(reasonName('opted_out', danish)).toBe('Frabedt sig kontakt');
  expect(reasonName('(recycled)', danish)).toBe('Sendt tilbage til marketing');
  expect(reasonName('(none)', english)).toBe('No reason recorded');
});

test('a reason of the project’s own is shown as it is called', () => {
  expect(reasonName('wrong_region', danish)).toBe('Wrong region');
  expect(reasonWords('ærgerligt <b>', english)).toBe('ærgerligt <b>');
});
