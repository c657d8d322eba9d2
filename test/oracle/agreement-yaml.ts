import { stringify } from 'yaml';
import {
  type Agreement,
  type Calendar,
  type Condition,
  type FollowUpPromise,
  type Person,
  type Policies,
  type Target,
  type Tier,
  usualPolicies,
  type WeekHours,
  type Within,
} from './types.ts';

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** The agreement as the YAML that a person would write: nothing is said of what it leaves as it is. */
export function agreementYaml(agreement: Agreement): string {
  const { score } = agreement;
  return stringify({
    id: agreement.id,
    effective_from: agreement.effectiveFrom,
    time_zone: agreement.timeZone,
    owners: { marketing: { title: 'Head of Marketing' }, sales: { title: 'Sales Director' } },
    stages: stagesYaml(agreement),
    calendars: mapped(agreement.calendars, calendarYaml),
    default_calendar: agreement.defaultCalendar,
    teams: mapped(agreement.teams, ({ calendar, capacityPerDay }) =>
      capacityPerDay === null ? calendar : { calendar, capacity_per_day: capacityPerDay },
    ),
    people: mapped(agreement.people, personYaml),
    promises: { sales: promisesYaml(agreement) },
    icp: agreement.icp.map(criterionYaml),
    score: {
      fit: score.fit.map(({ condition, points }) => ({ ...criterionYaml(condition), points })),
      intent: score.intent.map(({ action, points, decaysOverDays, atMost }) => ({
        action,
        points,
        decays_over_days: decaysOverDays,
        ...given('at_most', atMost),
      })),
      bands: score.bands,
    },
    release_reasons: agreement.releaseReasons,
    policies: policiesYaml(agreement.policies),
  });
}

function stagesYaml({ requiredFields, criteria }: Agreement): object {
  const names = new Set([...Object.keys(requiredFields), ...(criteria === null ? [] : ['mql'])]);
  const criteriaYaml = criteria && { icp: criteria.icp, ...given('score_at_least', criteria.scoreAtLeast) };
  return Object.fromEntries(
    [...names].map((stage) => [
      stage,
      {
        ...given('required_fields', requiredFields[stage]),
        ...(stage === 'mql' ? given('criteria', criteriaYaml) : {}),
      },
    ]),
  );
}

function calendarYaml(calendar: Calendar): object {
  return {
    time_zone: calendar.timeZone,
    hours: hoursYaml(calendar.hours),
    closed: Object.fromEntries(calendar.holidays),
    special_hours: Object.fromEntries(calendar.specialHours),
    reduced: calendar.reduced.map(({ from, to }) => ({ from, to, title: { en: 'Fewer people', da: 'Færre folk' } })),
  };
}

function hoursYaml(hours: WeekHours): object {
  return Object.fromEntries(days.flatMap((day, index) => (hours[index]?.length ? [[day, hours[index]]] : [])));
}

function personYaml({ calendar, hours, absent }: Person): object {
  return {
    calendar,
    ...given('hours', hours === null ? null : hoursYaml(hours)),
    absent: absent.map(({ from, to }) => (from === to ? from : `${from}/${to}`)),
  };
}

function promisesYaml({ firstResponse, followUp, acceptance, reportWithinDays, target }: Agreement): object[] {
  const within = (minutes: Within): object => ({ within_minutes: minutes });
  const acceptWithin = (minutes: Within): object => ({ accept_within_hours: minutes / 60 });
  const rate = (metric: string): object => ({ metric, target: 0.8 });
  const outcome = { report_within_days: reportWithinDays };
  return [
    ...clause(
      'first_response',
      { metric: 'response_within_sla_rate', target: targetYaml(target) },
      firstResponse,
      within,
    ),
    ...clause('follow_up', rate('follow_up_rate'), followUp, effortYaml),
    ...clause('acceptance_time', rate('acceptance_within_sla_rate'), acceptance, acceptWithin),
    ...(reportWithinDays === null
      ? []
      : [{ id: 'meeting_outcome', ...rate('meeting_outcome_reported_rate'), ...outcome }]),
  ];
}

/** A clause without tiers says what it promises itself; one that promises nothing is left out. */
function clause<Effort>(
  id: string,
  measured: object,
  tiers: readonly Tier<Effort>[],
  effortOf: (effort: Effort) => object,
): object[] {
  const effort = ({ normal, reduced, surge }: Tier<Effort>): object => ({
    ...effortOf(normal),
    ...given('reduced', reduced && effortOf(reduced)),
    ...given('surge', surge && effortOf(surge)),
  });
  const [only] = tiers;
  if (only === undefined) return [];
  if (only.id === null) return [{ id, ...measured, ...effort(only) }];
  const named = tiers.map((tier) => ({ id: tier.id, when: whenYaml(tier.when), ...effort(tier) }));
  return [{ id, ...measured, tiers: named }];
}

function effortYaml({ attempts, channels, businessDays }: FollowUpPromise): object {
  return { attempts, channels, business_days: businessDays };
}

function targetYaml({ usual, quarters, teams }: Target): unknown {
  const isDivided = Object.keys(quarters).length + Object.keys(teams).length > 0;
  return isDivided ? { default: usual, quarters, teams } : usual;
}

function whenYaml(when: readonly Condition[]): object {
  return Object.fromEntries(when.map((condition) => [condition.attribute, testYaml(condition)]));
}

function criterionYaml(condition: Condition): object {
  return { attribute: condition.attribute, ...testYaml(condition) };
}

function testYaml(condition: Condition): object {
  if ('in' in condition) return { in: condition.in };
  if ('filled' in condition) return { filled: true };
  return 'atLeast' in condition ? { at_least: condition.atLeast } : { at_most: condition.atMost };
}

function policiesYaml(policies: Policies): object {
  const { loggedLate } = policies;
  const chosen = <Key extends keyof Policies>(key: Key, name: string): object =>
    policies[key] === usualPolicies[key] ? {} : { [name]: policies[key] };
  return {
    ...chosen('acceptance', 'acceptance'),
    ...chosen('responseClockStarts', 'response_clock_starts'),
    ...chosen('reassignment', 'reassignment'),
    ...chosen('selfBooked', 'self_booked'),
    ...chosen('attemptsWithinMinutes', 'attempts_within_minutes'),
    ...given('logged_late', loggedLate && { after_hours: loggedLate.afterHours, ...whether(loggedLate.counts) }),
    ...chosen('accountAttribute', 'answered_contact_answers_account'),
    excluded: policies.excluded.map(criterionYaml),
    ...chosen('responseChannels', 'response_channels'),
    ...chosen('followUpChannels', 'follow_up_channels'),
    ...chosen('pausedGraceMinutes', 'paused_grace_minutes'),
    ...chosen('abandonedAfterBusinessDays', 'abandoned_after_business_days'),
  };
}

function whether(counts: boolean): object {
  return counts ? {} : { counts };
}

function given(name: string, value: unknown): object {
  return value === null || value === undefined ? {} : { [name]: value };
}

function mapped<T>(values: ReadonlyMap<string, T>, write: (value: T) => unknown): object {
  return Object.fromEntries([...values].map(([name, value]) => [name, write(value)]));
}
