import { isNode } from '../../warehouse/expression-rules.ts';
import { canonical, type Field, type FieldDifference } from './fields.ts';
import { effectOfConditions } from './metrics-phrases.ts';
import type { Condition } from './sql-forms.ts';

/** What a rule of a contract asks, as its field's value. */
export interface Asked {
  readonly severity: 'error' | 'warn';
  /** All that it says beside that. */
  readonly says: unknown;
  readonly strictness: Strictness;
}

/** How much a rule asks of what it is about. Of two with other `of` neither asks more. */
export interface Strictness {
  readonly of: string;
  /** Each the stricter the larger. */
  readonly bounds: readonly number[];
  /** The stricter the fewer; absent: not that kind of rule. */
  readonly allowed?: readonly string[];
  /** All of them hold, without their texts; the stricter the fewer rows they let through. */
  readonly conditions?: readonly Condition[];
}

/** A rule as a field. `path` tells it from others of its contract. */
export function askedField(path: string, field: string, asked: Asked, text: string): Field {
  return { path, field, value: asked, text };
}

export function askedIn(field: Field | undefined): Asked | undefined {
  return field !== undefined && isAsked(field.value) ? field.value : undefined;
}

function isAsked(value: unknown): value is Asked {
  return isNode(value) && (value.severity === 'error' || value.severity === 'warn') && isNode(value.strictness);
}

/** Whether a rule that both sides have asks more than it did, or less; undefined: something else, or of something else. */
export function movedTo({ before, after }: FieldDifference): 'stricter' | 'looser' | undefined {
  const [was, is] = [askedIn(before)?.strictness, askedIn(after)?.strictness];
  if (was === undefined || is === undefined || was.of !== is.of) return undefined;
  if (was.conditions !== undefined && is.conditions !== undefined) {
    const effect = effectOfConditions(was.conditions, is.conditions);
    return effect === undefined ? undefined : effect === 'fewer' ? 'stricter' : 'looser';
  }
  const [up, down] = [holds(is, was), holds(was, is)];
  if (up === down) return undefined;
  return up ? 'stricter' : 'looser';
}

/** Whether what holds by the first holds by the second too. */
function holds(strict: Strictness, loose: Strictness): boolean {
  const inBounds = strict.bounds.every((bound, index) => bound >= (loose.bounds[index] ?? Number.NEGATIVE_INFINITY));
  const isAllowed = strict.allowed?.every((value) => loose.allowed?.includes(value)) ?? true;
  return inBounds && isAllowed && strict.bounds.length === loose.bounds.length;
}

/**
 * Differences by rule of contract: what a rule asks and how grave it is are told apart, and a rule that is only called
 * otherwise is neither gone nor new.
 */
export function contractDifferences(differences: readonly FieldDifference[]): FieldDifference[] {
  const gone = differences.filter(({ after }) => after === undefined);
  const come = differences.filter(({ before }) => before === undefined);
  const renamed = gone.flatMap((old) => {
    const now = come.find(
      (other) => named.includes(old.field) && other.field === old.field && sameValue(old.before, other.after),
    );
    return now === undefined ? [] : [{ old, now }];
  });
  const isRenamed = (difference: FieldDifference) =>
    renamed.some(({ old, now }) => old === difference || now === difference);
  return [
    ...differences.filter((difference) => !isRenamed(difference)).flatMap(byPart),
    ...renamed.map(({ old, now }) => ({ ...now, field: `${now.field}.name`, before: old.before })),
  ];
}

/** Rules that people name. */
const named = ['sql', 'expressions'];

function sameValue(before: Field | undefined, after: Field | undefined): boolean {
  return canonical(before?.value) === canonical(after?.value);
}

function byPart(difference: FieldDifference): FieldDifference[] {
  const [was, is] = [askedIn(difference.before), askedIn(difference.after)];
  if (was === undefined || is === undefined) return [difference];
  const severity: FieldDifference = {
    ...difference,
    field: `${difference.field}.severity`,
    path: `${difference.path}.severity`,
  };
  return [
    ...(canonical(was.says) === canonical(is.says) ? [] : [difference]),
    ...(was.severity === is.severity ? [] : [severity]),
  ];
}
