import type { ChangeRule, FieldDifference } from './fields.ts';

const kind = 'model';
const becomes = (value: unknown) => (change: FieldDifference) => change.after?.value === value;
const was = (value: unknown) => (change: FieldDifference) => change.before?.value === value;
const isNew = ({ before }: FieldDifference) => before === undefined;
const isGone = ({ after }: FieldDifference) => after === undefined;
const isEarlier = ({ before, after }: FieldDifference) => String(after?.value) < String(before?.value);

/** What a change of a model does. */
export const modelRules: readonly ChangeRule[] = [
  { id: 'model-added', kind, field: 'added', class: 'additive', why: 'Nothing reads it yet.' },
  { id: 'model-removed', kind, field: 'removed', class: 'breaking', why: 'What reads it finds nothing.' },
  {
    id: 'model-renamed',
    kind,
    field: 'renamed',
    class: 'breaking',
    why: 'What reads it by its old name finds nothing.',
  },
  {
    id: 'model-latest',
    kind,
    field: 'latest',
    class: 'breaking',
    why: 'Who reads the model without naming a version gets another one.',
  },
  {
    id: 'model-latest-same',
    kind,
    field: 'latest.same',
    class: 'cosmetic',
    why: 'The bare name stands for another version, which has the same SQL.',
  },
  {
    id: 'model-sql-rows',
    kind,
    field: 'sql.rows',
    class: 'breaking',
    why: 'Conditions, joins, groups or more differ: the same data may give other rows.',
  },
  {
    id: 'model-sql-columns',
    kind,
    field: 'sql.columns',
    class: 'breaking',
    why: 'The same rows, with other values in the named columns.',
  },
  {
    id: 'model-sql-new-columns',
    kind,
    field: 'sql.new_columns',
    class: 'additive',
    why: 'Only columns that were not there are made otherwise.',
  },
  {
    id: 'model-sql-same',
    kind,
    field: 'sql.same',
    class: 'cosmetic',
    why: 'No column of the result depends on what differs, and neither do its rows.',
  },
  {
    id: 'model-sql-names',
    kind,
    field: 'sql.names',
    class: 'cosmetic',
    why: 'It reads a renamed model by its new name and does the same.',
  },
  { id: 'model-column-added', kind, field: 'columns', fits: isNew, class: 'additive', why: 'The others stay.' },
  { id: 'model-column-removed', kind, field: 'columns', fits: isGone, class: 'breaking', why: 'Who reads it fails.' },
  {
    id: 'model-column-retyped',
    kind,
    field: 'columns',
    class: 'breaking',
    why: 'Readers compare, add and join by type.',
  },
  {
    id: 'model-grain',
    kind,
    field: 'grain',
    class: 'breaking',
    why: 'What one row is decides how it may be counted and joined.',
  },
  {
    id: 'model-published',
    kind,
    field: 'public',
    fits: becomes(true),
    class: 'additive',
    why: 'Readers get one table more.',
  },
  {
    id: 'model-unpublished',
    kind,
    field: 'public',
    class: 'breaking',
    why: 'Metrics, reports and other readers lose it.',
  },
  {
    id: 'model-ephemeral',
    kind,
    field: 'materialized',
    fits: becomes('ephemeral'),
    class: 'breaking',
    why: 'There is no table of that name any more.',
  },
  {
    id: 'model-not-ephemeral',
    kind,
    field: 'materialized',
    fits: was('ephemeral'),
    class: 'additive',
    why: 'There is a table of that name now; its rows are what its readers computed.',
  },
  {
    id: 'model-materialized',
    kind,
    field: 'materialized',
    class: 'cosmetic',
    why: 'The same rows, kept in another way.',
  },
  {
    id: 'model-partition',
    kind,
    field: 'partition',
    class: 'cosmetic',
    why: 'The same rows, computed in other portions.',
  },
  {
    id: 'model-deprecated-sooner',
    kind,
    field: 'deprecated_on',
    fits: (change) => !isNew(change) && !isGone(change) && isEarlier(change),
    class: 'breaking',
    why: 'Readers relied on a later day.',
  },
  {
    id: 'model-deprecated',
    kind,
    field: 'deprecated_on',
    class: 'additive',
    why: 'An end that is announced, put off or called off takes nothing away yet.',
  },
  { id: 'model-note', kind, field: 'note', class: 'cosmetic', why: 'Words.' },
  { id: 'model-description', kind, field: 'description', class: 'cosmetic', why: 'Words.' },
  { id: 'model-column-description', kind, field: 'columns.description', class: 'cosmetic', why: 'Words.' },
  { id: 'model-tags', kind, field: 'tags', class: 'cosmetic', why: 'Words to select it by.' },
  {
    id: 'model-folder',
    kind,
    field: 'folder',
    class: 'cosmetic',
    why: 'A model is read by its name; what the folder decides of it is told by itself.',
  },
  { id: 'model-tests', kind, field: 'tests', class: 'cosmetic', why: 'Tests look at what is made and make nothing.' },
];
