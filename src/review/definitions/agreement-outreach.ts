import { readable } from '../../agreement/document-conditions.ts';
import { english } from '../../agreement/document-english.ts';
import { counted, listOf } from '../../agreement/document-format.ts';
import type { Policies } from '../../project/agreement.ts';
import { type Amount, type Burden, instead, presence, type Term } from './agreement-term.ts';

interface Limit {
  readonly added: string;
  readonly removed: string;
  /** Of the amount, with what it was. */
  readonly changed: (amounts: string) => string;
}

/** A policy that is a number. */
export function limitTerm(key: string, amount: number, text: string, phrases: Limit, burden?: Burden): Term {
  const { added, removed, changed } = phrases;
  return {
    path: `policies.${key}`,
    field: `policies.${key}`,
    value: amount,
    text,
    phrases: { added, removed, changed: (from) => changed(instead(text, from)) },
    ...(burden === undefined ? {} : { burden }),
  };
}

/** Which outreach counts. */
export function outreachTerms(policies: Policies): Term[] {
  const {
    attemptsWithinMinutes,
    answeredContactAnswersAccount: account,
    responseChannels,
    followUpChannels,
  } = policies;
  return [
    ...(attemptsWithinMinutes === undefined ? [] : [attemptsTerm(attemptsWithinMinutes)]),
    ...loggedLateTerms(policies),
    ...(account === undefined ? [] : [accountTerm(account)]),
    ...channelTerms('response_channels', responseChannels, 'a first response'),
    ...channelTerms('follow_up_channels', followUpChannels, 'a follow-up attempt'),
  ];
}

function attemptsTerm(minutes: number): Term {
  const text = counted(minutes, english.plainMinute, 'en');
  const once = (within: string) => `attempts on one channel within ${within} of each other count once`;
  return limitTerm(
    'attempts_within_minutes',
    minutes,
    text,
    { added: once(text), removed: 'every attempt counts, however soon after another', changed: once },
    { side: 'sales', amount: minutes, otherwise: 0 },
  );
}

function loggedLateTerms({ loggedLate }: Policies): Term[] {
  if (loggedLate === undefined) return [];
  const { afterHours, counts } = loggedLate;
  const text = counted(afterHours, english.plainHour, 'en');
  const late = (after: string) => `outreach recorded more than ${after} after it took place is marked`;
  const does = counts ? 'counts' : 'does not count';
  return [
    presence(
      'policies.logged_late',
      'policies.logged_late',
      `${text}, ${does}`,
      {
        added: `${late(text)}, and ${does}`,
        removed: 'it no longer matters when outreach was recorded',
      },
      { side: 'sales', amount: counts ? 0 : 1, otherwise: 0 },
    ),
    limitTerm('logged_late.after_hours', afterHours, text, {
      added: late(text),
      removed: 'no outreach is marked as logged late',
      changed: late,
    }),
    {
      path: 'policies.logged_late.counts',
      field: 'policies.logged_late.counts',
      value: counts,
      text: does,
      phrases: {
        added: `outreach that was logged late ${does}`,
        removed: 'outreach that was logged late counts',
        changed: (from) => `outreach that was logged late ${does} (before: ${from})`,
      },
      burden: { side: 'sales', amount: counts ? 0 : 1, otherwise: 0 },
    },
  ];
}

function accountTerm(attribute: string): Term {
  const name = readable(attribute, 'attributes', 'en');
  return {
    path: 'policies.answered_contact_answers_account',
    field: 'policies.answered_contact_answers_account',
    value: attribute,
    text: attribute,
    phrases: {
      added: `an answer to one contact answers its whole account (the same ${name})`,
      removed: 'an answer counts for its own lead only, and no longer for the account',
      changed: (from) => `accounts are told by ${attribute} instead of ${from}`,
    },
    burden: { side: 'sales', amount: new Set([attribute]), otherwise: new Set<string>(), eases: true },
  };
}

/** Left out: every channel counts. */
function channelTerms(key: string, channels: readonly string[] | undefined, what: string): Term[] {
  if (channels === undefined) return [];
  const listed = [...new Set(channels)].sort();
  const text = listOf(
    listed.map((channel) => readable(channel, 'channels', 'en')),
    'or',
    'en',
  );
  const amount: Amount = new Set(listed);
  return [
    {
      path: `policies.${key}`,
      field: `policies.${key}`,
      value: listed,
      text,
      phrases: {
        added: `only ${text} counts as ${what} (any channel did)`,
        removed: `any channel counts as ${what}`,
        changed: (from) => `${text} counts as ${what} instead of ${from}`,
      },
      burden: { side: 'sales', amount, otherwise: 'all', eases: true },
    },
  ];
}
