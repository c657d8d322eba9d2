import type { ChangeRule } from './fields.ts';
import { decisionRules } from './rules-decisions.ts';
import { ledgerRules } from './rules-ledger.ts';
import { settingRules } from './rules-settings.ts';

const kind = 'seed';

/** What a change of a seed does. */
const seedRules: readonly ChangeRule[] = [
  { id: 'seed-added', kind, field: 'added', class: 'additive', why: 'Nothing reads it yet.' },
  {
    id: 'seed-holidays-added',
    kind,
    field: 'added.holidays',
    class: 'breaking',
    why: 'Calendars read the holidays: days become closed.',
  },
  { id: 'seed-removed', kind, field: 'removed', class: 'breaking', why: 'What reads it finds nothing.' },
  {
    id: 'seed-renamed',
    kind,
    field: 'renamed',
    class: 'breaking',
    why: 'What reads it by its old name finds nothing.',
  },
  { id: 'seed-column-added', kind, field: 'columns.added', class: 'additive', why: 'The others stay.' },
  { id: 'seed-column-removed', kind, field: 'columns.removed', class: 'breaking', why: 'What reads it fails.' },
  {
    id: 'seed-holiday-names',
    kind,
    field: 'rows.names',
    class: 'cosmetic',
    why: 'The same days, called otherwise.',
  },
  { id: 'seed-rows', kind, field: 'rows', class: 'breaking', why: 'The same data, mapped or judged by other rows.' },
  {
    id: 'seed-unread',
    kind,
    field: 'unread',
    class: 'cosmetic',
    why: 'No model and no contract of either side names the seed, and no calendar reads it.',
  },
];

/** What a change of anything but metrics, agreements, contracts and models does. */
export const otherRules: readonly ChangeRule[] = [...seedRules, ...settingRules, ...ledgerRules, ...decisionRules];
