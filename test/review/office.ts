/** The run's own start: after everything that the data hold. */
export const now = '2026-07-06T10:00:00.000Z';

const leads = 240;
const day = 86_400_000;
const start = Date.parse('2026-01-05T08:00:00Z');
const instant = (time: number): string => new Date(time).toISOString().replace('.000Z', 'Z');

/**
 * 240 leads over the first half of 2026, four every three days: every third of the team uk, every fourth a demo request.
 * Every tenth is never answered, the others within 0 to 199 minutes; every third books a meeting within 0 to 39 days.
 */
function dump(): string {
  const rows = Array.from({ length: leads }, (_, index) => {
    const mqlAt = start + Math.floor(index * 0.75) * day + (index % 7) * 3_600_000;
    const answeredAt = index % 10 === 9 ? '' : instant(mqlAt + ((index * 37) % 200) * 60_000);
    const bookedAt = index % 3 === 1 ? instant(mqlAt + ((index * 7) % 40) * day) : '';
    return [
      `lead-${String(index + 1).padStart(3, '0')}`,
      ...[instant(mqlAt), answeredAt, bookedAt],
      index % 3 === 0 ? 'uk' : 'dk',
      index % 4 === 0 ? 'demo' : 'standard',
      String((index % 5) * 100),
      '2026-07-06T06:00:00Z',
    ].join(',');
  });
  return `lead_id,mql_at,answered_at,booked_at,team,lead_type,amount,recorded_at\n${rows.join('\n')}\n`;
}

function metric(name: string, owner: string, label: string, lines: readonly string[], minimumSample = 5): string {
  return `name: ${name}
version: 1
label: { en: ${label}, da: ${label} }
description: { en: ${label} of the office., da: ${label} på kontoret. }
owner: ${owner}
${lines.join('\n')}
grains: [week, month, quarter]
minimum_sample: ${minimumSample}
headline: true
changes:
  - { version: 1, why: First version }
`;
}

/** A small project with an agreement, verdicts and metrics of five types, that rests on nothing else. */
export const officeFiles: Readonly<Record<string, string>> = {
  'handover.yml': `name: office
sources:
  leads: { kind: table, files: "dumps/*.csv", recorded_at: recorded_at }
`,
  'dumps/leads.csv': dump(),
  'seeds/teams.csv': 'team,country\ndk,Denmark\nuk,United Kingdom\n',
  'models/staging/stg_leads.sql': `-- One row per lead.
select
    lead_id,
    mql_at::timestamptz as mql_at,
    answered_at::timestamptz as answered_at,
    booked_at::timestamptz as booked_at,
    team,
    lead_type,
    amount::integer as amount
from raw.leads
`,
  'models/staging/stg_leads.yml': 'name: stg_leads\ndescription: A lead as the export has it.\ngrain: [lead_id]\n',
  'models/marts/lead_responses.sql': `-- A lead that came while the office was closed is due a day later.
with
    promised as (
        select
            leads.*,
            agreements.agreement,
            promises.promise,
            leads.mql_at
                + to_minutes(promises.business_minutes::integer)
                + if(dates.is_open, interval 0 day, interval 1 day) as due_at
        from stg_leads as leads
        inner join sla.agreements
            on leads.mql_at >= agreements.effective_at
            and leads.mql_at < coalesce(agreements.superseded_at, 'infinity'::timestamptz)
        left join sla.promises
            on agreements.agreement = promises.agreement
            and promises.promise = 'first_response/' || leads.lead_type
            and promises.variant = 'normal'
        left join sla.calendar_dates as dates
            on agreements.default_calendar_key = dates.calendar_key
            and leads.mql_at::date = dates.local_date
    )

select
    lead_id,
    1 as cycle_no,
    mql_at,
    due_at,
    answered_at,
    booked_at,
    team,
    lead_type,
    agreement,
    promise,
    date_diff('minute', mql_at, answered_at) as response_minutes,
    case
        when answered_at <= due_at then 'met'
        when answered_at is not null then 'late'
        else 'overdue'
    end as status,
    true as is_counted
from promised
`,
  'models/marts/lead_responses.yml': `name: lead_responses
description: How each lead was answered.
materialized: table
grain: [lead_id, cycle_no]
columns:
  status: { description: "met, late or overdue", type: varchar, not_null: true, accepted_values: [met, late, overdue] }
`,
  'models/marts/deals.sql': `select leads.lead_id, leads.booked_at as closed_at, leads.amount, leads.team, teams.country
from stg_leads as leads
left join seeds.teams on leads.team = teams.team
where leads.booked_at is not null
`,
  'models/marts/deals.yml':
    'name: deals\ndescription: What was bought.\nmaterialized: table\ngrain: [lead_id]\ncolumns:\n  amount: { description: In euro }\n',
  'metrics/within_sla_rate.yml': metric('within_sla_rate', 'sales', 'Answered in time', [
    'type: ratio',
    'model: lead_responses',
    'time: due_at',
    "numerator: status = 'met'",
    'denominator: is_counted',
    'dimensions: [team, lead_type]',
    'unit: percent',
    'direction: up',
    'contract: { range: [0, 1] }',
  ]),
  'metrics/mql_volume.yml': metric('mql_volume', 'marketing', 'MQL volume', [
    'type: count',
    'model: lead_responses',
    'time: mql_at',
    'dimensions: [team]',
    'unit: count',
    'direction: up',
  ]),
  'metrics/mql_to_meeting_rate.yml': metric('mql_to_meeting_rate', 'sales', 'MQL→meeting rate', [
    'type: conversion',
    'model: lead_responses',
    "filter: team is not null and lead_type <> 'partner'",
    'from: mql_at',
    'to: booked_at',
    'window_days: 30',
    'dimensions: [team]',
    'unit: percent',
    'direction: up',
  ]),
  'metrics/first_response_median_minutes.yml': metric('first_response_median_minutes', 'sales', 'Median response', [
    'type: percentile',
    'model: lead_responses',
    'time: mql_at',
    'value: response_minutes',
    'percentile: 0.5',
    'unit: minutes',
    'direction: down',
  ]),
  'metrics/deal_amount.yml': metric('deal_amount', 'sales', 'Sold', [
    'type: sum',
    'model: deals',
    'time: closed_at',
    'value: amount',
    'dimensions: [country]',
    'unit: amount',
    'direction: up',
  ]),
  'metrics/agreements/2026.yml': `id: "2026"
effective_from: 2026-01-01
time_zone: UTC
owners: { marketing: { title: Head of Marketing }, sales: { title: Sales Director } }
calendars:
  office:
    hours:
      mon: ["00:00-24:00"]
      tue: ["00:00-24:00"]
      wed: ["00:00-24:00"]
      thu: ["00:00-24:00"]
      fri: ["00:00-24:00"]
      sat: ["00:00-24:00"]
      sun: ["00:00-24:00"]
    closed:
      2026-04-03: { en: Good Friday, da: Langfredag }
default_calendar: office
promises:
  marketing:
    - { id: volume, metric: mql_volume, target: 40, per: month }
  sales:
    - id: first_response
      metric: within_sla_rate
      target: 50 %
      tiers:
        - { id: demo, title: { en: demo requests, da: demoforespørgsler }, when: { lead_type: [demo] }, within_minutes: 60 }
        - { id: standard, title: { en: all others, da: alle andre }, within_minutes: 120 }
`,
};
