import type { CrmEvent, Cycle, Instant } from './types.ts';

export const ladder: readonly string[] = ['subscriber', 'lead', 'mql', 'sal', 'sql', 'meeting', 'proposal', 'won'];
const exits: readonly string[] = ['lost', 'disqualified'];

/** 1 for subscriber up to 8 for won; 0 for what is no rung. */
export function rungOf(stage: string): number {
  return ladder.indexOf(stage) + 1;
}

export function isExit(stage: string): boolean {
  return exits.includes(stage);
}

/** Rule 3: the stage that an event enters, if it enters one. */
export function entryOf(event: CrmEvent): string | null {
  if (event.type === 'stage_entered') return event.stage;
  if (event.type === 'lead_created') return event.stage ?? 'lead';
  return event.type === 'meeting_booked' ? 'meeting' : null;
}

/** Rule 5: the first recorded entry of the stage in the cycle. */
export function stageAt(cycle: Cycle, stage: string): Instant | null {
  return earliest(cycle.entries.filter((entry) => entry.stage === stage).map((entry) => entry.at));
}

/** Rule 5: the earliest entry of the stage or of any later rung. */
export function reachedAt(cycle: Cycle, stage: string): Instant | null {
  return earliest(cycle.entries.filter((entry) => rungOf(entry.stage) >= rungOf(stage)).map((entry) => entry.at));
}

function earliest(instants: readonly Instant[]): Instant | null {
  return instants.length === 0 ? null : Math.min(...instants);
}
