import { askedIn, movedTo } from './contracts-asked.ts';
import type { FieldDifference } from './fields.ts';

/** A difference of a contract in words: `it no longer asks that parts add up to the whole`. Pure. */
export function contractWords(change: FieldDifference): string {
  const { field, before, after } = change;
  if (field.endsWith('.severity')) {
    const isGraver = askedIn(after)?.severity === 'error';
    return `when it does not hold that ${after?.text}, ${isGraver ? 'nothing is published any more; so far that only warned' : 'that only warns from now on; so far nothing was published'}`;
  }
  if (field.endsWith('.name')) return `a check is called otherwise: that ${after?.text} was that ${before?.text}`;
  const warns = askedIn(after ?? before)?.severity === 'warn' ? ', and warns where it does not hold' : '';
  if (before === undefined) return `it now asks that ${after?.text}${warns}`;
  if (after === undefined) return `it no longer asks that ${before.text}`;
  const moved = movedTo(change);
  const how = moved === undefined ? 'something else' : moved === 'stricter' ? 'more' : 'less';
  if (before.text === after.text) return `it asks ${how} in the words that ${after.text}`;
  return `it asks ${how}: that ${after.text}, and asked that ${before.text}`;
}
