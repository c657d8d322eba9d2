import { type ChangeRule, isNew } from './fields.ts';

const kind = 'decision';

/** What a change of what review meetings decided does. No number is made of it. */
export const decisionRules: readonly ChangeRule[] = [
  { id: 'decision-added', kind, field: 'added', class: 'additive', why: 'One more is shown.' },
  { id: 'decision-removed', kind, field: 'removed', class: 'breaking', why: 'What was decided is no longer told.' },
  {
    id: 'decision-done',
    kind,
    field: 'done',
    fits: isNew,
    class: 'additive',
    why: 'How decisions end; what was decided stays.',
  },
  {
    id: 'decision-undone',
    kind,
    field: 'done',
    class: 'breaking',
    why: 'What was told as done is open again, or was done on another day.',
  },
  {
    id: 'decision-record',
    kind,
    field: 'record',
    class: 'breaking',
    why: 'Who decided what, and when, is a record.',
  },
  { id: 'decision-plan', kind, field: 'plan', class: 'additive', why: 'Plans move; what was decided stays.' },
  { id: 'decision-words', kind, field: 'words', class: 'cosmetic', why: 'Words.' },
];
