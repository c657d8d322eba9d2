import { conditionsInWords, readable } from '../../agreement/document-conditions.ts';
import { english } from '../../agreement/document-english.ts';
import { counted } from '../../agreement/document-format.ts';
import type { Agreement, Policies } from '../../project/agreement.ts';
import { keyOf } from './agreement-conditions.ts';
import { limitTerm, outreachTerms } from './agreement-outreach.ts';
import { part, presence, type Term } from './agreement-term.ts';

/** Where practice differs from the usual rules, and what releases sales. All of it is about what sales owes. */
export function policyTerms({ policies, releaseReasons }: Agreement): Term[] {
  return [
    ...releaseReasons.map((reason) => {
      const name = readable(reason, 'reasons', 'en');
      return presence(
        'release_reasons',
        `release_reasons.${part(reason)}`,
        name,
        {
          added: `sales need not answer or follow up a lead that is closed as ${name}`,
          removed: `sales must answer and follow up a lead that is closed as ${name}`,
        },
        { side: 'sales', amount: 1, otherwise: 0, eases: true },
      );
    }),
    ...choiceTerms(policies),
    ...outreachTerms(policies),
    ...pauseTerms(policies),
    ...policies.excluded.map((when) => {
      const whose = conditionsInWords(when, 'en');
      return presence(
        'policies.excluded',
        `policies.excluded.${keyOf(when)}`,
        whose,
        {
          added: `no promise is made any more to leads whose ${whose}`,
          removed: `promises are made to leads whose ${whose} too`,
        },
        { side: 'sales', amount: 1, otherwise: 0, eases: true },
      );
    }),
  ];
}

/** What a choice says, and how much it asks of sales beside the other choices; undefined: another thing. */
type Choices<Name extends string> = Readonly<Record<Name, readonly [says: string, asks: number | undefined]>>;

const acceptance: Choices<Policies['acceptance']> = {
  recorded: ['as the CRM records it', 0],
  verified: ['only once a person has contacted the lead', 1],
};
const clock: Choices<Policies['responseClockStarts']> = {
  mql: ['at the MQL', 1],
  assignment: ['when the lead is assigned to somebody', 0],
};
const reassignment: Choices<Policies['reassignment']> = {
  continues: ['runs on', 1],
  restarts: ['starts anew', 0],
  charges_each: ['runs on, and everybody who held the lead answers for it', undefined],
};
const selfBooked: Choices<Policies['selfBooked']> = {
  beside: ['is shown beside the rate', undefined],
  answers: ['counts as a first response', 0],
  does_not_answer: ['does not count as a first response', 1],
};

function choiceTerms(policies: Policies): Term[] {
  const choice = <Name extends string>(key: string, chosen: Name, choices: Choices<Name>, about: string): Term => {
    const [says, asks] = choices[chosen];
    return {
      path: `policies.${key}`,
      field: `policies.${key}`,
      value: chosen,
      text: says,
      phrases: {
        added: `${about} ${says}`,
        removed: `${about} as usual`,
        changed: (from) => `${about} ${says} (before: ${from})`,
      },
      burden: { side: 'sales', amount: asks },
    };
  };
  return [
    choice('acceptance', policies.acceptance, acceptance, 'an acceptance counts'),
    choice('response_clock_starts', policies.responseClockStarts, clock, 'the response clock starts'),
    choice('reassignment', policies.reassignment, reassignment, 'when a lead changes hands, the response clock'),
    choice('self_booked', policies.selfBooked, selfBooked, 'a meeting that the lead books itself'),
  ];
}

function pauseTerms({ pausedGraceMinutes, abandonedAfterBusinessDays }: Policies): Term[] {
  const grace = counted(pausedGraceMinutes, english.minute, 'en');
  const days = counted(abandonedAfterBusinessDays, english.day, 'en');
  const later = (amount: string) =>
    `a lead that arrives while it has asked to wait is due ${amount} later than promised`;
  const abandoned = (amount: string) => `a lead that replied and heard nothing for ${amount} counts as abandoned`;
  return [
    limitTerm(
      'paused_grace_minutes',
      pausedGraceMinutes,
      grace,
      { added: later(grace), removed: later('nothing'), changed: later },
      { side: 'sales', amount: pausedGraceMinutes, otherwise: 0, eases: true },
    ),
    limitTerm(
      'abandoned_after_business_days',
      abandonedAfterBusinessDays,
      days,
      { added: abandoned(days), removed: 'no lead counts as abandoned', changed: abandoned },
      { side: 'sales', amount: abandonedAfterBusinessDays, eases: true },
    ),
  ];
}
