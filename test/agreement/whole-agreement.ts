/** An agreement that says everything that one can say; in UTC, in force from 2026-02-01. */
export const wholeAgreement = `
id: whole
effective_from: 2026-02-01
time_zone: UTC
title: { en: The whole of it, da: Det hele }
review: { every_months: 3 }
owners:
  marketing: { title: Head of Marketing, deputy: Demand Lead }
  sales: { title: Sales Director }
stages:
  mql:
    meaning: { en: Ready for sales, da: Klar til salg }
    responsible: marketing
    next_action: { en: Call, da: Ring }
    entry: { en: Fits and is interested, da: Passer og er interesseret }
    criteria: { icp: true, score_at_least: 40 }
    required_fields: [country]
    target: 30 %
  sal: { required_fields: [industry], target: 0.75 }
icp: [{ attribute: country, in: [DK] }]
score:
  fit: [{ attribute: company_size, at_least: 50, points: 20 }]
  intent:
    - { action: content_download, points: 15, decays_over_days: 30, at_most: 30 }
    - { action: page_view, points: 2, decays_over_days: 14 }
  bands: [20, 40]
calendars:
  office:
    hours: { mon: ["08:00-16:00"], tue: ["08:00-16:00"], wed: ["08:00-16:00"] }
    closed: { 2026-05-18: { en: Closed, da: Lukket } }
    special_hours: { 2026-05-19: ["08:00-10:00"], 2026-05-20: ["08:00-10:00"] }
    reduced:
      - { from: 2026-07-06, to: 2026-07-24, title: { en: Industrial holiday, da: Industriferie } }
default_calendar: office
teams:
  uk: office
  dk: { calendar: office, capacity_per_day: 12 }
people:
  rep_1: { calendar: office, hours: { tue: ["08:00-12:00"] }, absent: [2026-05-26, 2026-06-01/2026-06-30] }
promises:
  sales:
    - id: first_response
      metric: response_within_sla_rate
      target: { default: 90 %, quarters: { 2026-q3: 85 % }, teams: { uk: 80 % } }
      tiers:
        - { id: demo, when: { lead_type: demo }, within_minutes: 30, reduced: { within_minutes: 60 }, surge: { within_minutes: 120 } }
        - { id: standard, within_minutes: 120 }
    - { id: follow_up, metric: follow_up_rate, target: 80 %, attempts: 5, channels: 2, business_days: 10, reduced: { attempts: 3, channels: 2, business_days: 15 } }
    - { id: acceptance_time, metric: acceptance_within_sla_rate, target: 85 %, accept_within_hours: 16 }
    - { id: meeting_outcome, metric: meeting_outcome_reported_rate, target: 95 %, report_within_days: 2 }
playbooks:
  - { id: first_call, title: { en: The first call, da: Det første opkald }, clauses: [first_response] }
policies:
  acceptance: verified
  response_clock_starts: assignment
  reassignment: restarts
  self_booked: answers
  attempts_within_minutes: 10
  logged_late: { after_hours: 24, counts: false }
  answered_contact_answers_account: company_id
  excluded: [{ attribute: source, in: [list_import] }]
  response_channels: [phone, email]
  follow_up_channels: [phone, email]
  paused_grace_minutes: 30
  abandoned_after_business_days: 3
`;
