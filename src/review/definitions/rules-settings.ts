import { type ChangeRule, type FieldDifference, isGone, isNew } from './fields.ts';

const kind = 'project';

/** How strictly a rule of the review is held. */
const strictness = ['off', 'warn', 'error'];
const isLooser = ({ before, after }: FieldDifference) =>
  strictness.indexOf(String(after?.value)) < strictness.indexOf(String(before?.value));

/** From none to all leads, or a day that is new or earlier. */
const showsMore = ({ field, before, after }: FieldDifference) =>
  field === 'site.lead_detail'
    ? after?.value === 'full'
    : after !== undefined && (before === undefined || String(after.value) < String(before.value));

const nextLoad = 'It takes effect at the next load and is not in the values compared.';

/** What a change of handover.yml, or of the layout of a CRM's exports, does. */
export const settingRules: readonly ChangeRule[] = [
  { id: 'project-name', kind, field: 'name', class: 'cosmetic', why: 'Words.' },
  { id: 'project-extends', kind, field: 'extends', class: 'breaking', why: 'Whatever was inherited may be another.' },
  {
    id: 'project-time-overruled',
    kind,
    field: /^(time_zone|fiscal_year_starts)\.overruled$/,
    class: 'cosmetic',
    why: "The agreement's own zone and fiscal year win.",
  },
  {
    id: 'project-forgotten-gone',
    kind,
    field: 'forgotten.gone',
    class: 'breaking',
    why: 'Leads that asked to be forgotten are loaded again.',
  },
  {
    id: 'project-forgotten',
    kind,
    field: 'forgotten.new',
    class: 'additive',
    why: `Leads that asked to be forgotten go. ${nextLoad}`,
  },
  {
    id: 'project-time-zone',
    kind,
    field: 'time_zone',
    class: 'breaking',
    why: 'Periods begin and end at other instants.',
  },
  {
    id: 'project-fiscal-year',
    kind,
    field: 'fiscal_year_starts',
    class: 'breaking',
    why: 'Quarters are other months.',
  },
  {
    id: 'project-retention',
    kind,
    field: 'retention_months',
    class: 'breaking',
    why: 'Leads go or stay that did not, and with them what past periods show; kept longer, personal data are kept longer.',
  },
  {
    id: 'project-folder-defaults',
    kind,
    field: 'models',
    class: 'cosmetic',
    why: 'What it does to a model is told of the model.',
  },
  {
    id: 'project-review-looser',
    kind,
    field: 'review',
    fits: isLooser,
    class: 'breaking',
    why: 'Changes are held to less from then on.',
  },
  { id: 'project-review-stricter', kind, field: 'review', class: 'additive', why: 'Changes are held to more.' },
  {
    id: 'project-review-time',
    kind,
    field: 'review.time_limit',
    class: 'cosmetic',
    why: 'How long a review may take says nothing about numbers.',
  },
  {
    id: 'site-leads-shown',
    kind,
    field: 'site.lead_detail',
    fits: showsMore,
    class: 'breaking',
    why: 'Whoever can open the site would see ids of leads, which are personal data.',
  },
  {
    id: 'site-leads-hidden',
    kind,
    field: 'site.lead_detail',
    class: 'additive',
    why: 'Counts and days stay; which lead it was is looked up in the CRM.',
  },
  {
    id: 'site-people-shown',
    kind,
    field: 'site.people_notice_date',
    fits: showsMore,
    class: 'breaking',
    why: 'Figures of single people are shown, or of an earlier time: they must have been told by that day.',
  },
  {
    id: 'site-people-hidden',
    kind,
    field: 'site.people_notice_date',
    class: 'additive',
    why: 'Fewer figures of single people are shown, or none; those of teams stay.',
  },
  {
    id: 'site-record-url',
    kind,
    field: 'site.record_url',
    class: 'additive',
    why: 'Links carry the id of a lead to that address: see that it is your CRM.',
  },
  {
    id: 'site-url',
    kind,
    field: 'site.url',
    class: 'cosmetic',
    why: 'Where the site lies says nothing about numbers.',
  },
  {
    id: 'site-draft',
    kind,
    field: 'site.draft',
    class: 'additive',
    why: 'Another what-if is shown beside the numbers, which stay.',
  },
  {
    id: 'source-table-added',
    kind,
    field: 'sources.table',
    fits: isNew,
    class: 'additive',
    why: `A table of its own that nothing reads yet. ${nextLoad}`,
  },
  {
    id: 'source-table-removed',
    kind,
    field: 'sources.table',
    class: 'breaking',
    why: `What reads it fails. ${nextLoad}`,
  },
  {
    id: 'source-added',
    kind,
    field: 'sources',
    fits: isNew,
    class: 'breaking',
    why: `Its leads and events count into every number. ${nextLoad}`,
  },
  {
    id: 'source-removed',
    kind,
    field: 'sources',
    class: 'breaking',
    why: `Its leads and events are gone. ${nextLoad}`,
  },
  {
    id: 'source-personal-stored',
    kind,
    field: 'sources.personal',
    fits: isGone,
    class: 'breaking',
    why: `Personal data that were hashed or dropped would be stored as they are. ${nextLoad}`,
  },
  {
    id: 'source-personal',
    kind,
    field: 'sources.personal',
    class: 'breaking',
    why: `What is stored of personal data is another, and so is what joins by it. ${nextLoad}`,
  },
  {
    id: 'source-attribute-added',
    kind,
    field: /^(sources|layout)\.properties\.asked$/,
    fits: isNew,
    class: 'breaking',
    why: `An agreement, a model or a metric names the attribute: its conditions hold for other leads once it is there. ${nextLoad}`,
  },
  {
    id: 'source-property-added',
    kind,
    field: 'sources.properties',
    fits: isNew,
    class: 'additive',
    why: `More is stored of each lead; see that it is no personal data. ${nextLoad}`,
  },
  {
    id: 'source-property',
    kind,
    field: /^sources\.properties(\.asked)?$/,
    class: 'breaking',
    why: `A property is not stored any more, or is another attribute of the lead. ${nextLoad}`,
  },
  {
    id: 'source-read-otherwise',
    kind,
    field: /^sources\.(kind|files|time_zone|format|columns|recorded_at|max_rejected)$/,
    class: 'breaking',
    why: `Other files, or the same ones read otherwise: other data, or other tolerance for bad rows. ${nextLoad}`,
  },
  { id: 'layout-added', kind, field: 'layout.added', class: 'additive', why: 'Exports of one more CRM can be read.' },
  { id: 'layout-removed', kind, field: 'layout.removed', class: 'breaking', why: 'Exports of the CRM cannot be read.' },
  {
    id: 'layout-part-added',
    kind,
    field: /^layout\.(tables|columns|properties)$/,
    fits: isNew,
    class: 'additive',
    why: `More of an export is stored; see that it is no personal data. ${nextLoad}`,
  },
  {
    id: 'layout-part',
    kind,
    field: /^layout\.(tables|columns|properties(\.asked)?)$/,
    class: 'breaking',
    why: `Part of an export is not stored any more, or as something else. ${nextLoad}`,
  },
  {
    id: 'layout-guard',
    kind,
    field: 'layout.guard',
    class: 'breaking',
    why: `What may be stored is decided otherwise: personal data may come in. ${nextLoad}`,
  },
  {
    id: 'layout-lead',
    kind,
    field: 'layout.lead',
    class: 'breaking',
    why: `A request to be forgotten may miss rows. ${nextLoad}`,
  },
  {
    id: 'layout-read-otherwise',
    kind,
    field: /^layout\.(needs|files|key|latest_by|column)$/,
    class: 'breaking',
    why: `The same export read otherwise. ${nextLoad}`,
  },
  { id: 'layout-description', kind, field: 'layout.description', class: 'cosmetic', why: 'Words.' },
];
