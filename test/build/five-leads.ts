/** Promises an answer within so many minutes of Monday to Friday, 08:00 to 16:00, to ideal customers of some countries. */
export const agreement = (id: string, from: string, minutes: number, countries: string): string => `
id: ${id}
effective_from: ${from}
time_zone: Europe/Copenhagen
owners: { marketing: { title: Head of Marketing }, sales: { title: Sales Director } }
calendars:
  office:
    hours: { mon: ["08:00-16:00"], tue: ["08:00-16:00"], wed: ["08:00-16:00"], thu: ["08:00-16:00"], fri: ["08:00-16:00"] }
default_calendar: office
icp: [{ attribute: country, in: [${countries}] }]
promises:
  sales:
    - { id: first_response, metric: response_within_sla_rate, target: 90 %, within_minutes: ${minutes} }
`;

/**
 * MQLs at 09:00. `early` and `slow` are answered after 110 minutes, `fast` after 30, `second`, a week later, after 90, and
 * `never` not at all. `early` comes before the others.
 */
export const events = `event_id,occurred_at,lead_id,type,stage,channel,properties
e1,2026-03-03T08:00,fast,lead_created,lead,,"{""country"":""DK""}"
e2,2026-03-03T09:00,fast,stage_entered,mql,,
e3,2026-03-03T09:30,fast,outreach,,phone,
e4,2026-03-03T08:00,slow,lead_created,lead,,"{""country"":""SE""}"
e5,2026-03-03T09:00,slow,stage_entered,mql,,
e6,2026-03-03T10:50,slow,outreach,,phone,
e7,2026-03-03T08:00,never,lead_created,lead,,"{""country"":""US""}"
e8,2026-03-03T09:00,never,stage_entered,mql,,
e9,2026-03-10T08:00,second,lead_created,lead,,"{""country"":""DK""}"
e10,2026-03-10T09:00,second,stage_entered,mql,,
e11,2026-03-10T10:30,second,outreach,,phone,
e12,2026-02-27T08:00,early,lead_created,lead,,"{""country"":""SE""}"
e13,2026-02-27T09:00,early,stage_entered,mql,,
e14,2026-02-27T10:50,early,outreach,,phone,
`;
