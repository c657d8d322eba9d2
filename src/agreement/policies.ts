import type { Agreement, Score } from '../project/agreement.ts';
import type { Row, Warehouse } from '../warehouse/warehouse.ts';

const minute = 60_000_000;
const hour = 60 * minute;

/** sla.policies, one row an agreement, and sla.policy_channels, which lists the channels that count where not all do. */
export async function writePolicies(warehouse: Warehouse, agreements: readonly Agreement[]): Promise<void> {
  await warehouse.insert(
    'sla.policies',
    {
      agreement: 'text',
      acceptance: 'text',
      response_clock_starts: 'text',
      reassignment: 'text',
      self_booked: 'text',
      attempts_within_us: 'bigint',
      logged_late_after_us: 'bigint',
      logged_late_counts: 'boolean',
      account_attribute: 'text',
      paused_grace_us: 'bigint',
      abandoned_after_business_days: 'integer',
    },
    agreements.map(({ id, policies }) => ({
      agreement: id,
      acceptance: policies.acceptance,
      response_clock_starts: policies.responseClockStarts,
      reassignment: policies.reassignment,
      self_booked: policies.selfBooked,
      attempts_within_us: microseconds(policies.attemptsWithinMinutes, minute),
      logged_late_after_us: microseconds(policies.loggedLate?.afterHours, hour),
      logged_late_counts: policies.loggedLate?.counts ?? true,
      account_attribute: policies.answeredContactAnswersAccount ?? null,
      paused_grace_us: microseconds(policies.pausedGraceMinutes, minute),
      abandoned_after_business_days: policies.abandonedAfterBusinessDays,
    })),
  );
  await warehouse.insert(
    'sla.policy_channels',
    { agreement: 'text', kind: 'text', channel: 'text' },
    agreements.flatMap(({ id, policies }) => [
      ...(policies.responseChannels ?? []).map((channel) => ({ agreement: id, kind: 'first_response', channel })),
      ...(policies.followUpChannels ?? []).map((channel) => ({ agreement: id, kind: 'follow_up', channel })),
    ]),
  );
}

function microseconds(amount: number | undefined, unit: number): number | null {
  return amount === undefined ? null : Math.round(amount * unit);
}

/** sla.criteria, of agreements that compute an MQL; sla.score_fit, sla.score_intent, sla.score_bands. */
export async function writeCriteria(warehouse: Warehouse, agreements: readonly Agreement[]): Promise<void> {
  const scores = agreements.map(({ id, score }) => ({ agreement: id, score }));
  await warehouse.insert(
    'sla.criteria',
    { agreement: 'text', needs_icp: 'boolean', score_at_least: 'double' },
    agreements.flatMap(({ id, stages }) => {
      const criteria = stages.find(({ stage }) => stage === 'mql')?.criteria;
      if (criteria === undefined) return [];
      return [{ agreement: id, needs_icp: criteria.icp, score_at_least: criteria.scoreAtLeast ?? null }];
    }),
  );
  await warehouse.insert(
    'sla.score_fit',
    { agreement: 'text', rule: 'text', points: 'double' },
    scores.flatMap(({ agreement, score }) =>
      score.fit.map(({ points }, index) => ({ agreement, rule: `fit/${index + 1}`, points })),
    ),
  );
  await warehouse.insert(
    'sla.score_intent',
    {
      agreement: 'text',
      rule: 'text',
      action: 'text',
      points: 'double',
      decays_over_days: 'double',
      at_most: 'double',
    },
    scores.flatMap(({ agreement, score }) =>
      score.intent.map((rule, index) => ({
        agreement,
        rule: `intent/${index + 1}`,
        action: rule.action,
        points: rule.points,
        decays_over_days: rule.decaysOverDays,
        at_most: rule.atMost ?? null,
      })),
    ),
  );
  await warehouse.insert(
    'sla.score_bands',
    { agreement: 'text', band_no: 'integer', from_points: 'double', until_points: 'double', band: 'text' },
    scores.flatMap(({ agreement, score }) => bandsOf(score).map((band) => ({ agreement, ...band }))),
  );
}

/** Two bounds make three bands. */
function bandsOf({ bands }: Score): Row[] {
  if (bands.length === 0) return [];
  return [undefined, ...bands].map((from, index) => {
    const until = bands[index];
    return {
      band_no: index + 1,
      from_points: from ?? null,
      until_points: until ?? null,
      band: from === undefined ? `under ${until}` : until === undefined ? `${from} or more` : `${from}–${until}`,
    };
  });
}
