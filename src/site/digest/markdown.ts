import { asWords } from '../../diagnostics/escape.ts';
import type { Digest, Paragraph, Row, Table } from './words.ts';

/** As Markdown with tables, for a chat or a wiki: nothing from the data links, mentions anybody or breaks a table. */
export function digestMarkdown(digest: Digest): string {
  const blocks = [
    `# ${words(digest.subject)}`,
    ...(digest.notice === undefined ? [] : [`**${words(digest.notice)}**`]),
    words(digest.sentence),
    ...(digest.promises === undefined ? [] : [table(digest.promises, 2)]),
    ...(digest.headlines === undefined ? [] : [table(digest.headlines, 1)]),
    digest.paragraphs.map(entry).join('\n'),
    ...(digest.links.length === 0
      ? []
      : [digest.links.map(({ text, address }) => `[${words(text)}](${target(address)})`).join(' · ')]),
    words(digest.foot),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** Numbers stand to the right, from the column `firstNumber` on. */
function table({ columns, rows }: Table, firstNumber: number): string {
  return [
    line(columns.map(words)),
    line(columns.map((_, index) => (index >= firstNumber ? '---:' : '---'))),
    ...rows.map((row) => line(cells(row))),
  ].join('\n');
}

function cells({ mark, cells: found }: Row): string[] {
  return found.map(({ text, note }, index) => {
    const judged = index === 0 && mark !== undefined ? `${mark.shape} **${words(mark.word)}** ` : '';
    return `${judged}${words(text)}${note === undefined ? '' : ` (${words(note)})`}`;
  });
}

function line(texts: readonly string[]): string {
  return `| ${texts.join(' | ')} |`;
}

/** An entry of a list, with a list of its own below it. */
function entry({ title, text, items }: Paragraph): string {
  const head = `- **${words(title)}:** ${words(text)}`.trim();
  return [head, ...items.map((item) => `  - ${words(item)}`)].join('\n');
}

function words(text: string): string {
  return asWords(text, 1000);
}

/** What would end the address, or what it stands in. */
function target(address: string): string {
  return address.replace(/[()[\]|`*_~!]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
