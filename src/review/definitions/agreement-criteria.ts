import { conditionsInWords, readable } from '../../agreement/document-conditions.ts';
import { counted, inDigits } from '../../agreement/document-format.ts';
import type { Agreement, Score } from '../../project/agreement.ts';
import { conditionTerms, keyOf } from './agreement-conditions.ts';
import { stageTerms } from './agreement-stages.ts';
import { instead, part, pointsOf, presence, type Term } from './agreement-term.ts';
import { orderTerm } from './agreement-tiers.ts';

/** Who is an ideal customer, what a lead's score is made of, and what each stage asks for. */
export function criteriaTerms({ icp, score, stages }: Agreement): Term[] {
  const who = 'an ideal customer';
  return [
    ...stages.flatMap(stageTerms),
    ...conditionTerms(icp, { field: 'icp', path: 'icp', who, clause: '', side: 'marketing' }),
    ...numbered(
      'the criteria of an ideal customer',
      'icp_order',
      icp.map((condition) => keyOf([condition])),
    ),
    ...scoreTerms(score),
  ];
}

/** criteria_reviews calls criteria by their number. */
function numbered(what: string, field: string, names: readonly string[]): Term[] {
  return names.length === 0 ? [] : [orderTerm(what, field, field, names)];
}

function scoreTerms({ fit, intent, bands }: Score): Term[] {
  return [
    ...fit.map(({ when, points }) => {
      const who = `a lead whose ${conditionsInWords(when, 'en')}`;
      return amountTerm('score.fit', `score.fit.${keyOf(when)}`, points, pointsOf(points), {
        gets: `${who} has`,
        loses: `${who} no longer has`,
      });
    }),
    ...numbered(
      'the rules of fit',
      'score.fit_order',
      fit.map(({ when }) => keyOf(when)),
    ),
    ...intent.flatMap(intentTerms),
    ...numbered(
      'the rules of intent',
      'score.intent_order',
      intent.map(({ action }) => action),
    ),
    ...(bands.length === 0 ? [] : [bandsTerm(bands)]),
  ];
}

function amountTerm(
  field: string,
  path: string,
  amount: number,
  text: string,
  { gets, loses, end = '' }: { readonly gets: string; readonly loses: string; readonly end?: string },
): Term {
  return {
    path,
    field,
    value: amount,
    text,
    phrases: {
      added: `${gets} ${text}${end}`,
      removed: `${loses} ${text}${end}`,
      changed: (from) => `${gets} ${instead(text, from)}${end}`,
    },
  };
}

function intentTerms({ action, points, decaysOverDays, atMost }: Score['intent'][number]): Term[] {
  const [path, name] = [`score.intent.${part(action)}`, readable(action, 'actions', 'en')];
  const days = counted(decaysOverDays, ['day', 'days'], 'en');
  const most = atMost === undefined ? '' : `, at most ${inDigits(atMost, 'en')} in all`;
  const worth = `${pointsOf(points)} that shrink to nothing over ${days}${most}`;
  return [
    presence('score.intent', path, worth, {
      added: `a ${name} is worth ${worth}`,
      removed: `a ${name} is no longer worth ${worth}`,
    }),
    amountTerm('score.intent.points', `${path}.points`, points, pointsOf(points), {
      gets: `a ${name} is worth`,
      loses: `a ${name} is no longer worth`,
    }),
    amountTerm('score.intent.decays_over_days', `${path}.decays_over_days`, decaysOverDays, days, {
      gets: `the points of a ${name} shrink to nothing over`,
      loses: `the points of a ${name} no longer shrink over`,
    }),
    ...(atMost === undefined
      ? []
      : [
          amountTerm('score.intent.at_most', `${path}.at_most`, atMost, pointsOf(atMost), {
            gets: `all of ${name} together is worth at most`,
            loses: `all of ${name} together is no longer worth at most`,
          }),
        ]),
  ];
}

function bandsTerm(bands: readonly number[]): Term {
  const text = bands.map((bound) => inDigits(bound, 'en')).join(', ');
  return {
    path: 'score.bands',
    field: 'score.bands',
    value: bands,
    text,
    phrases: {
      added: `scores are told apart in bands, which end at ${text}`,
      removed: 'scores are no longer told apart in bands',
      changed: (from) => `the bands of the score end at ${text} instead of ${from}`,
    },
  };
}
