import { expect, test } from 'vitest';
import { translate } from '../../reports/components/catalogue.ts';
import { reasonWords, tellReason } from '../../reports/components/reasons.ts';

const [english, danish] = [translate('en'), translate('da')];

test('a reason is told in words, in a sentence and at the head of a row', () => {
  expect(reasonWords('too_small', english)).toBe('company too small');
  expect(tellReason('opted_out', danish)).toBe('Frabedt sig kontakt');
  expect(tellReason('(recycled)', danish)).toBe('Sendt tilbage til marketing');
  expect(tellReason('(none)', english)).toBe('No reason recorded');
});

test('a reason of the project’s own is shown as it is called', () => {
  expect(tellReason('wrong_region', danish)).toBe('Wrong region');
  expect(reasonWords('ærgerligt <b>', english)).toBe('ærgerligt <b>');
});
