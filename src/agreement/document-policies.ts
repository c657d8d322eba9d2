import type { Agreement, Policies } from '../project/agreement.ts';
import { conditionsInWords, readable } from './document-conditions.ts';
import { businessTime, counted, listOf } from './document-format.ts';
import type { Block, Section } from './document-text.ts';
import { type Language, type Words, words } from './document-words.ts';

/** What one policy says: a sentence when the agreement chooses it, else a part of the one on the usual rules. */
type Rule = { readonly chosen: string } | { readonly usual: string };

const usualDaysUntilAbandoned = 5;

/** The policies that the agreement chooses in a list, and the rules that hold otherwise in one sentence. */
export function policiesSection({ policies }: Agreement, language: Language): Section {
  const { policies: title, otherwise, asUsual } = words[language];
  const rules = [
    ...clockRules(policies, words[language]),
    ...contactRules(policies, language),
    ...pauseRules(policies, language),
    excludedRule(policies, language),
  ];
  const chosen = rules.flatMap((rule) => ('chosen' in rule ? [rule.chosen] : []));
  const usual = rules.flatMap((rule) => ('usual' in rule ? [rule.usual] : [])).join('; ');
  const blocks: Block[] = [
    ...(chosen.length === 0 ? [] : [{ kind: 'list' as const, items: chosen.map((text) => [text]) }]),
    { kind: 'paragraph', text: [chosen.length === 0 ? asUsual(usual) : otherwise(usual)] },
  ];
  return { id: 'policies', title, isWide: false, blocks };
}

function clockRules(policies: Policies, { usual, chosen }: Words): Rule[] {
  const { acceptance, responseClockStarts, reassignment, selfBooked } = policies;
  return [
    responseClockStarts === 'mql' ? { usual: usual.clock } : { chosen: chosen[responseClockStarts] },
    reassignment === 'continues' ? { usual: usual.reassignment } : { chosen: chosen[reassignment] },
    selfBooked === 'beside' ? { usual: usual.selfBooked } : { chosen: chosen[selfBooked] },
    acceptance === 'recorded' ? { usual: usual.acceptance } : { chosen: chosen[acceptance] },
  ];
}

function contactRules(policies: Policies, language: Language): Rule[] {
  const { usual, chosen, plainMinute, plainHour } = words[language];
  const { attemptsWithinMinutes, loggedLate, answeredContactAnswersAccount } = policies;
  return [
    ...channelRules(policies, language),
    attemptsWithinMinutes === undefined
      ? { usual: usual.attempts }
      : { chosen: chosen.attempts(counted(attemptsWithinMinutes, plainMinute, language)) },
    loggedLate === undefined
      ? { usual: usual.loggedLate }
      : { chosen: chosen.loggedLate(counted(loggedLate.afterHours, plainHour, language), loggedLate.counts) },
    answeredContactAnswersAccount === undefined
      ? { usual: usual.account }
      : { chosen: chosen.account(readable(answeredContactAnswersAccount, 'attributes', language)) },
  ];
}

function channelRules({ responseChannels, followUpChannels }: Policies, language: Language): Rule[] {
  const { usual, chosen } = words[language];
  if (responseChannels === undefined && followUpChannels === undefined) return [{ usual: usual.bothChannels }];
  const named = (channels: readonly string[]): string =>
    listOf(
      channels.map((channel) => readable(channel, 'channels', language)),
      'or',
      language,
    );
  return [
    responseChannels === undefined
      ? { usual: usual.responseChannels }
      : { chosen: chosen.responseChannels(named(responseChannels)) },
    followUpChannels === undefined
      ? { usual: usual.followUpChannels }
      : { chosen: chosen.followUpChannels(named(followUpChannels)) },
  ];
}

function pauseRules({ pausedGraceMinutes, abandonedAfterBusinessDays }: Policies, language: Language): Rule[] {
  const { usual, chosen, day } = words[language];
  const days = counted(abandonedAfterBusinessDays, day, language);
  return [
    { usual: usual.paused },
    ...(pausedGraceMinutes === 0 ? [] : [{ chosen: chosen.pausedGrace(businessTime(pausedGraceMinutes, language)) }]),
    abandonedAfterBusinessDays === usualDaysUntilAbandoned
      ? { usual: usual.abandoned(days) }
      : { chosen: chosen.abandoned(days) },
  ];
}

function excludedRule({ excluded }: Policies, language: Language): Rule {
  const { usual, chosen } = words[language];
  if (excluded.length === 0) return { usual: usual.excluded };
  const groups = excluded.map((conditions) => conditionsInWords(conditions, language));
  return { chosen: chosen.excluded(groups.join(chosen.orWhose)) };
}
