import { type ChangeRule, isGone, isNew } from './fields.ts';

const ledger = 'ledger';
const improvement = 'improvement';

/** What a change of what was published does, and of what was agreed on to do better. */
export const ledgerRules: readonly ChangeRule[] = [
  { id: 'ledger-published', kind: ledger, field: 'added', class: 'additive', why: 'One period more is held to.' },
  {
    id: 'ledger-removed',
    kind: ledger,
    field: 'removed',
    class: 'breaking',
    why: 'What was published stays published.',
  },
  {
    id: 'ledger-rewritten',
    kind: ledger,
    field: 'lines',
    class: 'breaking',
    why: 'What was published is rewritten; a value that is another now is acknowledged instead.',
  },
  {
    id: 'ledger-inputs',
    kind: ledger,
    field: 'inputs',
    class: 'breaking',
    why: 'What published values were made from is rewritten, so that no restatement can be explained.',
  },
  {
    id: 'ledger-acknowledged',
    kind: ledger,
    field: 'acknowledgements',
    fits: isNew,
    class: 'additive',
    why: 'Somebody looked at a value that became another.',
  },
  {
    id: 'ledger-unacknowledged',
    kind: ledger,
    field: 'acknowledgements',
    fits: isGone,
    class: 'breaking',
    why: 'A restatement is open again, and who answered for it is forgotten.',
  },
  {
    id: 'ledger-reason',
    kind: ledger,
    field: 'acknowledgements',
    class: 'cosmetic',
    why: 'The same restatement, its reason in other words.',
  },
  { id: 'improvement-added', kind: improvement, field: 'added', class: 'additive', why: 'One more is measured.' },
  {
    id: 'improvement-removed',
    kind: improvement,
    field: 'removed',
    class: 'breaking',
    why: 'What was agreed on, and whether it helped, is no longer told.',
  },
  {
    id: 'improvement-closed',
    kind: improvement,
    field: 'until',
    fits: isNew,
    class: 'additive',
    why: 'How improvements end; what was measured until then stays.',
  },
  {
    id: 'improvement-until',
    kind: improvement,
    field: 'until',
    class: 'breaking',
    why: 'Another span is measured than was closed.',
  },
  {
    id: 'improvement-measured',
    kind: improvement,
    field: 'measured',
    class: 'breaking',
    why: 'Whether it helped is measured otherwise than was agreed.',
  },
  {
    id: 'improvement-agreed',
    kind: improvement,
    field: 'agreed',
    class: 'breaking',
    why: 'Who agreed, and when, is a record.',
  },
  { id: 'improvement-words', kind: improvement, field: 'words', class: 'cosmetic', why: 'Words.' },
  {
    id: 'breaches-explained',
    kind: improvement,
    field: 'breaches.added',
    class: 'additive',
    why: 'Breaches stay breaches; some have a cause now.',
  },
  {
    id: 'breaches-removed',
    kind: improvement,
    field: 'breaches.removed',
    class: 'breaking',
    why: 'Breaches that were explained are unexplained again.',
  },
  {
    id: 'breaches-changed',
    kind: improvement,
    field: 'breaches.changed',
    class: 'additive',
    why: 'What is shown of a breach, and counted by cause, is another; whether a promise was kept is not.',
  },
];
