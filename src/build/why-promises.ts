import { counted, inDigits } from '../agreement/document-format.ts';
import { fruitOf } from './why-contacts.ts';
import type { CycleFacts } from './why-facts.ts';
import { type Phrases, phrases } from './why-phrases.ts';
import type { LocalTimes } from './why-time.ts';

export type Labelled = readonly [label: string, text: string];

/** What became of the other promises to a lead, and what the breach log says of any. */
export function promiseLines(facts: CycleFacts, times: LocalTimes): readonly Labelled[] {
  return [
    ...followUpLines(facts, times),
    ...acceptanceLines(facts, times),
    ...meetingLines(facts, times),
    ...breachLines(facts, phrases[times.language]),
  ];
}

function followUpLines(facts: CycleFacts, times: LocalTimes): Labelled[] {
  const { followUp } = facts;
  if (followUp === undefined) return [];
  const say = phrases[times.language];
  const attempts = counted(followUp.attempts, say.attempt, times.language);
  const channels = counted(followUp.channels, say.channel, times.language);
  const background = effortBackground(facts, times);
  const told = `${say.effort(attempts, channels)}${background.length === 0 ? '' : ` (${background.join('; ')})`}`;
  const ends = followUp.status === 'met' ? '' : `; ${say.effortEnds(instant(followUp.ends_at, times))}`;
  return [[say.followUp, `${say.followUps[followUp.status]}: ${told}${ends}`]];
}

/** What was promised, and what made less of it enough. */
function effortBackground(facts: CycleFacts, { language }: LocalTimes): readonly string[] {
  const say = phrases[language];
  const { attempts = 0, channels = 0, status, promised_attempts, promised_channels } = facts.followUp ?? {};
  const isPublished = promised_attempts != null && promised_channels != null;
  const isReached = isPublished && attempts >= promised_attempts && channels >= promised_channels;
  const fruit = status === 'met' && !isReached ? fruitOf(facts) : undefined;
  return [
    ...(isPublished
      ? [say.effortPromised(inDigits(promised_attempts, language), inDigits(promised_channels, language))]
      : []),
    ...(fruit === undefined ? [] : [say.fruits[fruit]]),
  ];
}

/** What the breach log says. */
function breachLines({ breaches }: CycleFacts, say: Phrases): Labelled[] {
  return breaches.flatMap(({ clause, cause, action, responsible }) => {
    const told: readonly (readonly [string, string | null])[] = [
      [say.cause, cause === null ? null : `${cause} (${clause})`],
      [say.action, action],
      [say.responsible, responsible],
    ];
    return told.flatMap(([label, text]): Labelled[] => (text === null ? [] : [[label, text]]));
  });
}

function acceptanceLines({ acceptance }: CycleFacts, times: LocalTimes): Labelled[] {
  if (acceptance === undefined) return [];
  const say = phrases[times.language];
  const due = instant(acceptance.due_at, times);
  const { decision, decided_at } = acceptance;
  const text =
    decision === null || decided_at === null
      ? say.undecided(due)
      : say.decided(say.decisions[decision], times.at(decided_at), due);
  return [[say.acceptance, `${say.acceptances[acceptance.status]}: ${text}`]];
}

function meetingLines({ meetings }: CycleFacts, times: LocalTimes): Labelled[] {
  const say = phrases[times.language];
  return meetings.map(({ scheduled_for, outcome, report_status, report_due_at }): Labelled => {
    const when = scheduled_for === null ? say.noTime : times.at(scheduled_for);
    const reported =
      report_status === null ? '' : `; ${say.reported(say.reports[report_status], instant(report_due_at, times))}`;
    return [say.meeting, `${when}: ${say.meetings[outcome]}${reported}`];
  });
}

function instant(at: string | null, times: LocalTimes): string {
  return at === null ? phrases[times.language].never : times.at(at);
}
