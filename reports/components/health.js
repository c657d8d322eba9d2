// What has words of its own; any other name is shown as it stands in the data.
const measures = [
  'bulk_stage_entries', 'date_without_time', 'deleted_leads', 'events_without_lead', 'events_without_time', 'future_events',
  'history_mismatch', 'history_missing', 'leads_without_stage', 'merge_loops', 'merged_leads', 'record_missing',
  'unmapped_disposition', 'unmapped_meeting_outcome', 'unmapped_reason', 'unmapped_stage', 'unmapped_task_type',
  'unreadable_history',
];
const rejects = [
  'broken-quote', 'row-too-long', 'column-count', 'forgotten', 'in-the-future', 'invalid-json', 'invalid-value',
  'missing-value', 'invalid-time', 'past-retention', 'unread', 'unknown-type', 'unknown-stage',
];
const stages = ['subscriber', 'lead', 'mql', 'sal', 'sql', 'meeting', 'proposal', 'won', 'lost', 'disqualified'];

export const measureWords = (measure, t) => (measures.includes(measure) ? t(`health.measure.${measure}`) : measure);
export const rejectWords = (code, t) => (rejects.includes(code) ? t(`health.reject.${code}`) : code);
export const stageWords = (stage, t) => (stages.includes(stage) ? t(`stage.${stage}`) : stage);
export const sourceName = (crm, t) => (crm === 'all' ? t('health.all_sources') : crm);

/** `4 days`, `31 hours`, of a number and its unit. */
export function ageWords(amount, unit, count) {
  return unit === 'days' ? count('health.age_days', amount) : count('health.age_hours', amount);
}
