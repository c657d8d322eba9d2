import { getContext, setContext } from 'svelte';
import da from './messages/da.json';
import en from './messages/en.json';

// One catalogue per language; a page's language is set once, by the frame around it, and by a part that speaks another.
const catalogues = { en, da };
export const locales = { en: 'en-GB', da: 'da-DK' };
const key = Symbol('language');

export function setLanguage(language) {
  setContext(key, language);
}

export function language() {
  return getContext(key) ?? 'en';
}

/** A function from a message's name and its values to the sentence. A name that does not exist fails the build. */
export function translator() {
  const messages = catalogues[language()];
  return (name, values = {}) => {
    const message = messages[name];
    if (message === undefined) throw new Error(`there is no message "${name}"`);
    return message.replace(/\{(\w+)\}/g, (_, slot) => values[slot] ?? '');
  };
}

/** The message for a number of things: `name.one` or `name.many`. */
export function counter() {
  const t = translator();
  const number = new Intl.NumberFormat(locales[language()]);
  return (name, count, values = {}) =>
    t(`${name}.${count === 1 ? 'one' : 'many'}`, { count: number.format(count), ...values });
}

/** Labels and descriptions come with the data, one column per language. */
export function localized() {
  const suffix = language();
  return (row, column) => row[`${column}_${suffix}`] || row[`${column}_en`] || '';
}
