/**
 * Text from files and data on its way into Markdown that GitHub and GitLab show, or onto a terminal. All of it may be
 * hostile: it must not end what it stands in, link, notify anybody, be obeyed as a command, or hide what it says.
 */

/** Keeps two characters apart for whoever looks for `@name` or `#12`, and is not seen. */
const apart = '\u200B';

/** Control, format and bidirectional characters, halves of surrogate pairs, private use: nothing of it can be seen. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;

/** Which of its forms the character before takes. Text can be hidden in them. */
const variants = /\p{Variation_Selector}/gu;

/** Accents upon accents reach into the lines above. */
const piledUp = /(\p{M}{2})\p{M}+/gu;

/** Text of one line in which everything can be seen, cut to `most` characters with an ellipsis. For any use. */
export function oneLine(text: string, most: number): string {
  const start = text.length <= most ? text : `${text.slice(0, most).replace(/[\uD800-\uDBFF]$/, '')}…`;
  return seen(start.replace(/\s+/g, ' ')).trim();
}

/** Text whose lines and tabs stay, for a terminal: no character moves the cursor or turns the reading order round. */
export function printable(text: string): string {
  return text
    .split('\n')
    .map((line) => line.split('\t').map(seen).join('\t'))
    .join('\n');
}

function seen(text: string): string {
  return text.replace(variants, '').replace(unseen, '\uFFFD').replace(piledUp, '$1');
}

/**
 * One line of Markdown that shows the text as it is: in a paragraph, at the start of a line, in a list, a table cell or
 * an HTML element. What is written in backticks is shown as code. At most about seven times `most` characters.
 */
export function asWords(text: string, most: number): string {
  const pieces = oneLine(text, most).split('`');
  // A backtick without its partner is a character as any other.
  const paired = pieces.length % 2 === 1 ? pieces : [...pieces.slice(0, -2), pieces.slice(-2).join('`')];
  const shown = paired.map((piece, index) => (index % 2 === 1 ? asCode(piece, piece.length) : asText(piece)));
  return guarded(shown.join('').trim());
}

/** The text as inline code, wherever Markdown may stand. */
export function asCode(text: string, most: number): string {
  const line = oneLine(text, most);
  if (line === '') return '(empty)';
  // No site looks for mentions and references in code, but links are made there too.
  const quiet = line
    .replaceAll('@', `@${apart}`)
    .replaceAll('://', `:${apart}//`)
    .replace(/www(?=\.)/gi, `$&${apart}`);
  return `<code>${encoded(quiet)}</code>`;
}

function asText(line: string): string {
  const quiet = line
    // Mentions, issues, merge requests, snippets, milestones, epics, labels, alerts: GitHub's and GitLab's.
    .replace(/[@#!$%&~^[{](?=[^\s.,;:)])/g, `$&${apart}`)
    .replace(/GH-(?=\d)/gi, `$&${apart}`)
    .replaceAll('://', `:${apart}//`)
    .replace(/www(?=\.)/gi, `$&${apart}`)
    .replace(/:(?=[a-z+-][\w+-]*:)/gi, `$&${apart}`);
  return encoded(quiet);
}

/** Without what only at the start of a line makes a heading, a list, a rule, or a command that GitLab obeys. */
function guarded(line: string): string {
  return line
    .replace(/^(?:[=/]|[-+](?=[-\s]|$))/, entity)
    .replace(/^(\d+)([.)])(?=\s|$)/, (_, number: string, mark: string) => `${number}${entity(mark)}`);
}

/** An underscore within a word is one to everybody. */
function encoded(text: string): string {
  return text.replace(/[&<>\\`*[\]|~#$^]/g, entity).replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, entity);
}

const names: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

function entity(character: string): string {
  return names[character] ?? `&#${character.charCodeAt(0)};`;
}
