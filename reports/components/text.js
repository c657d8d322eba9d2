import { base } from '$app/paths';
import { getContext, setContext } from 'svelte';
import { counting, inLanguage, translate } from './catalogue.ts';
import { formats } from './format.ts';

// A page's language and what the whole site is about are set once, by the frame around it.
const key = Symbol('site');

/** `about` is the row of `site.site`. */
export function setSite(language, about) {
  setContext(key, { language, about });
}

const site = () => getContext(key);

export const language = () => site().language;
/** The row of `site.site`. */
export const about = () => site().about;
/** A function from a message's name and its values to the sentence. A name that does not exist fails the build. */
export const translator = () => translate(language());
/** The message for a number of things: `name.one` or `name.many`. */
export const counter = () => counting(language());
/** Labels and descriptions come with the data, one column per language. */
export const localized = () => inLanguage(language());
export const formatter = () => formats(language());

/** A function from an address of the site, such as `/weekly/2026-W47/`, to the link to it in this page's language or another. */
export function linker() {
  const own = language();
  return (address, wanted = own) => `${base}${wanted === 'en' ? '' : `/${wanted}`}${address}`;
}
