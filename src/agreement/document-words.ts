import type { LocalText } from '../project/metric.ts';
import { danish } from './document-danish.ts';
import { english } from './document-english.ts';

export type Language = keyof LocalText;

export type Names = 'attributes' | 'subjects' | 'channels' | 'actions' | 'reasons' | 'stageNames';

/** Readable names of what data say; what is not among them is shown as it is. */
export type Words = Omit<typeof english, Names> & { readonly [kind in Names]: Readonly<Record<string, string>> };

export const words: Readonly<Record<Language, Words>> = { en: english, da: danish };
