import { readable } from '../../agreement/document-conditions.ts';
import { english } from '../../agreement/document-english.ts';
import type { StageTerms } from '../../project/agreement.ts';
import { instead, part, pointsOf, presence, type Term, wording } from './agreement-term.ts';
import { percent } from './metrics-phrases.ts';

/** What a stage means, who has the next move, and what it takes to get there. */
export function stageTerms(terms: StageTerms): Term[] {
  const { stage, meaning, responsible, nextAction, entry, criteria, requiredFields, target } = terms;
  const [path, name] = [`stages.${part(stage)}`, readable(stage, 'stageNames', 'en')];
  return [
    ...wording('stages.meaning', `${path}.meaning`, meaning, `the meaning of ${name}`),
    ...wording('stages.next_action', `${path}.next_action`, nextAction, `the next action for ${name}`),
    ...wording('stages.entry', `${path}.entry`, entry, `what it takes to be ${name}`),
    ...(responsible === undefined
      ? []
      : [
          {
            path: `${path}.responsible`,
            field: 'stages.responsible',
            value: responsible,
            text: responsible,
            phrases: {
              added: `${responsible} has the next move at the stage ${name}`,
              removed: `nobody is named any more who has the next move at the stage ${name}`,
              changed: (from: string) => `${responsible} has the next move at the stage ${name} instead of ${from}`,
            },
          },
        ]),
    ...(criteria === undefined ? [] : computedTerms(criteria, path, name)),
    ...requiredFields.map((field) =>
      presence('stages.required_fields', `${path}.required_fields.${part(field)}`, field, {
        added: `${readable(field, 'attributes', 'en')} must be filled in when a lead becomes ${name}`,
        removed: `${readable(field, 'attributes', 'en')} need no longer be filled in when a lead becomes ${name}`,
      }),
    ),
    ...(target === undefined ? [] : [stageTarget(target, path, name)]),
  ];
}

function computedTerms(criteria: NonNullable<StageTerms['criteria']>, path: string, name: string): Term[] {
  const { icp, scoreAtLeast } = criteria;
  const points = scoreAtLeast === undefined ? '' : pointsOf(scoreAtLeast);
  const asked = [...(icp ? [english.isIcp] : []), ...(scoreAtLeast === undefined ? [] : [`at least ${points}`])].join(
    ' and ',
  );
  return [
    presence('stages.criteria', `${path}.criteria`, asked, {
      added: `whether a lead meets the criteria of ${name} is computed: ${asked}`,
      removed: `whether a lead meets the criteria of ${name} is no longer computed`,
    }),
    ...(icp
      ? [
          presence(
            'stages.criteria.icp',
            `${path}.criteria.icp`,
            english.isIcp,
            {
              added: `a lead must be an ideal customer to meet the criteria of ${name}`,
              removed: `a lead need no longer be an ideal customer to meet the criteria of ${name}`,
            },
            { side: 'marketing', amount: 1, otherwise: 0 },
          ),
        ]
      : []),
    ...(scoreAtLeast === undefined
      ? []
      : [
          {
            path: `${path}.criteria.score_at_least`,
            field: 'stages.criteria.score_at_least',
            value: scoreAtLeast,
            text: points,
            phrases: {
              added: `a lead must have ${points} to meet the criteria of ${name}`,
              removed: `a lead need no longer have ${points} to meet the criteria of ${name}`,
              changed: (from: string) => `a lead must have ${instead(points, from)} to meet the criteria of ${name}`,
            },
            burden: { side: 'marketing' as const, amount: scoreAtLeast, otherwise: Number.NEGATIVE_INFINITY },
          },
        ]),
  ];
}

function stageTarget(target: number, path: string, name: string): Term {
  const [text, what] = [percent(target), `the share of leads that should go on to ${name}`];
  return {
    path: `${path}.target`,
    field: 'stages.target',
    value: target,
    text,
    phrases: {
      added: `${what} is ${text}`,
      removed: `${what} is no longer said`,
      changed: (from, rises) => `${what} ${rises ? 'rises' : 'falls'} from ${from} to ${text}`,
    },
  };
}
