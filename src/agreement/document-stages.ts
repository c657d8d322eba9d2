import type { Agreement, StageTerms } from '../project/agreement.ts';
import { conditionInWords, readable } from './document-conditions.ts';
import { inDigits, listOf } from './document-format.ts';
import { type Block, type Section, type Text, tableOf } from './document-text.ts';
import { type Language, words } from './document-words.ts';

/** What each stage means, who has the next move, and what it takes to get there. */
export function stagesSection({ stages }: Agreement, language: Language): Section {
  const { stage, meaning, responsible, nextAction, entry, stageTarget } = words[language];
  const columns = [stage, meaning, entry, nextAction, responsible, stageTarget];
  const rows = stages.map((terms) => stageRow(terms, language));
  return {
    id: 'stages',
    title: words[language].stages,
    isWide: true,
    blocks: rows.length === 0 ? [] : [tableOf(columns, rows)],
  };
}

function stageRow(terms: StageTerms, language: Language): Text[] {
  const { responsible, target } = terms;
  return [
    [readable(terms.stage, 'stageNames', language)],
    textOf(terms.meaning?.[language]),
    textOf(entryOf(terms, language)),
    textOf(terms.nextAction?.[language]),
    textOf(responsible === undefined ? undefined : words[language][responsible]),
    textOf(target === undefined ? undefined : `${inDigits(target * 100, language)} %`),
  ];
}

function textOf(text: string | undefined): Text {
  return text === undefined || text === '' ? [] : [text];
}

/** The criteria in the agreement's own words, those that are computed, and the fields that must be filled in. */
function entryOf({ entry, criteria, requiredFields }: StageTerms, language: Language): string {
  const { isIcp, scoreAtLeast, measuredAs, filledIn } = words[language];
  const computed = [
    ...(criteria?.icp ? [isIcp] : []),
    ...(criteria?.scoreAtLeast === undefined ? [] : [scoreAtLeast(inDigits(criteria.scoreAtLeast, language))]),
  ];
  const measured = listOf(computed, 'and', language);
  const fields = requiredFields.map((field) => readable(field, 'attributes', language));
  return [
    ...(entry === undefined ? [] : [entry[language]]),
    ...(computed.length === 0 ? [] : [entry === undefined ? measured : `${measuredAs}: ${measured}`]),
    ...(fields.length === 0 ? [] : [filledIn(fields.join(', '))]),
  ].join('; ');
}

/** The ideal customer, and what a lead's score is made of. */
export function profileSection({ icp, score }: Agreement, language: Language): Section {
  const { profile, icp: ideal, scoreFor, points, shrinksOver } = words[language];
  const conditions = icp.map((condition) => conditionInWords(condition, language));
  const rows = scoreRows(score, language);
  const blocks: Block[] = [
    ...(conditions.length === 0 ? [] : [paragraph(ideal(conditions.join('; ')))]),
    ...(rows.length === 0 ? [] : [tableOf([scoreFor, points, shrinksOver], rows)]),
    ...(rows.length === 0 || score.bands.length === 0 ? [] : [paragraph(bandsOf(score.bands, language))]),
  ];
  return { id: 'profile', title: profile, isWide: false, blocks };
}

function paragraph(text: string): Block {
  return { kind: 'paragraph', text: [text] };
}

function scoreRows({ fit, intent }: Agreement['score'], language: Language): Text[][] {
  const { inAll, plainDays } = words[language];
  return [
    ...fit.map(({ when, points }): Text[] => [
      [when.map((condition) => conditionInWords(condition, language)).join('; ')],
      [inDigits(points, language)],
      [],
    ]),
    ...intent.map(({ action, points, decaysOverDays, atMost }): Text[] => {
      const worth = inDigits(points, language);
      return [
        [readable(action, 'actions', language)],
        [atMost === undefined ? worth : inAll(worth, inDigits(atMost, language))],
        [plainDays(inDigits(decaysOverDays, language))],
      ];
    }),
  ];
}

function bandsOf(bounds: readonly number[], language: Language): string {
  const { bands, firstBand, middleBand, lastBand } = words[language];
  const numbers = bounds.map((bound) => inDigits(bound, language));
  const between = numbers.slice(1).map((bound, index) => middleBand(numbers[index] ?? '', bound));
  return bands([firstBand(numbers[0] ?? ''), ...between, lastBand(numbers.at(-1) ?? '')].join(', '));
}
