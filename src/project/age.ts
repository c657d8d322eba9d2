import * as z from 'zod';

/** `36h`, `3d`. */
export const age = z.string().regex(/^\d+(h|d)$/, 'an age is a number of hours or days, such as 36h or 3d');

export function toHours(text: string): number {
  return Number.parseInt(text, 10) * (text.endsWith('d') ? 24 : 1);
}
