import type { ChangeClass } from '../types.ts';
import { askedIn, movedTo } from './contracts-asked.ts';
import { type ChangeRule, type FieldDifference, isGone, isNew } from './fields.ts';

/** Rules of contracts that are known: of metrics, of models, of the data. */
const kinds = [
  ...['dated', 'unique', 'adds_up', 'range', 'complete', 'freshness', 'volume', 'reconciles_with', 'references'],
  ...['agrees_with', 'change', 'restatement', 'sql'],
  ...['grain', 'enforced', 'relationships', 'expressions'],
  ...['columns\\.type', 'columns\\.not_null', 'columns\\.unique', 'columns\\.accepted_values'],
  'data_age',
].join('|');
const anyRule = new RegExp(`^(${kinds})$`);
const anySeverity = new RegExp(`^(${kinds})\\.severity$`);

type Fits = (change: FieldDifference) => boolean;

const rule = (
  id: string,
  kindOf: ChangeClass,
  field: string | RegExp,
  rest: { readonly fits?: Fits; readonly why: string },
): ChangeRule => ({ id: `contract-${id}`, kind: 'contract', class: kindOf, field, ...rest });

const isBoth: Fits = ({ before, after }) => before !== undefined && after !== undefined;
/** As it is now, or was. */
const isError: Fits = ({ before, after }) => askedIn(after ?? before)?.severity === 'error';
const all =
  (...conditions: readonly Fits[]): Fits =>
  (change) =>
    conditions.every((fits) => fits(change));

const onlyWarns = 'it warns and holds nothing up: what is published stays';

/** What a changed contract does; each documented in docs/review-rules.md. */
export const contractRules: readonly ChangeRule[] = [
  rule('rule-added', 'breaking', anyRule, {
    fits: all(isNew, isError),
    why: 'data that were published may be held up',
  }),
  rule('warning-added', 'additive', anyRule, { fits: isNew, why: onlyWarns }),
  rule('rule-removed', 'breaking', anyRule, {
    fits: all(isGone, isError),
    why: 'readers lose what they relied on',
  }),
  rule('warning-removed', 'additive', anyRule, {
    fits: isGone,
    why: 'it held nothing up, so that nobody could rely on it',
  }),
  rule('stricter', 'breaking', anyRule, {
    fits: all(isBoth, isError, (change) => movedTo(change) === 'stricter'),
    why: 'data that were published may be held up',
  }),
  rule('looser', 'breaking', anyRule, {
    fits: all(isBoth, isError, (change) => movedTo(change) === 'looser'),
    why: 'readers may see what was held up before',
  }),
  rule('otherwise', 'breaking', anyRule, {
    fits: all(isBoth, isError),
    why: 'neither more nor less: other data are held up',
  }),
  rule('warning-changed', 'additive', anyRule, { fits: isBoth, why: onlyWarns }),
  rule('severity-raised', 'breaking', anySeverity, { fits: isError, why: 'what was a warning holds up publishing' }),
  rule('severity-lowered', 'breaking', anySeverity, { why: 'what was held up is published with a warning' }),
  rule('check-name', 'cosmetic', /^(sql|expressions)\.name$/, { why: 'the same check is called otherwise' }),
];
