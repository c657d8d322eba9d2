import type { Language } from '../agreement/document-words.ts';
import { danish } from './why-danish.ts';
import { english } from './why-english.ts';

/** Exit reasons may be any. */
export type Phrases = Omit<typeof english, 'exitReasons'> & { readonly exitReasons: Readonly<Record<string, string>> };

/** What the explanation of a lead says, in each language. */
export const phrases: Readonly<Record<Language, Phrases>> = { en: english, da: danish };
