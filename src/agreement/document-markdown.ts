import { type AgreementDocument, type Block, type Inline, type Section, safeUrl, type Text } from './document-text.ts';

/** The document as Markdown (CommonMark with tables), whatever users wrote shown as they wrote it. */
export function toMarkdown({ title, facts, sections, signatures }: AgreementDocument): string {
  const { sides, lines } = signatures;
  const blank = sides.map((): Text => []);
  const parts = [
    `# ${asText(title)}`,
    facts.map(({ name, value }) => `- **${asText(name)}:** ${asText(value)}`).join('\n'),
    ...sections.map(sectionText),
    `## ${asText(signatures.title)}`,
    tableText(
      ['', ...sides.map(({ side, title: held }) => `${side}: ${held}`)],
      [
        [[lines.name], ...blank],
        [[lines.date], ...blank],
        [[lines.signature], ...blank],
      ],
    ),
  ];
  return `${parts.join('\n\n')}\n`;
}

function sectionText({ title, blocks }: Section): string {
  return [`## ${asText(title)}`, ...blocks.map(blockText)].join('\n\n');
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `### ${inlineText(block.text)}`;
    case 'paragraph':
      return guardStart(inlineText(block.text));
    case 'list':
      return block.items.map((item) => `- ${guardStart(inlineText(item))}`).join('\n');
    case 'table':
      return tableText(block.columns, block.rows);
  }
}

function tableText(columns: readonly string[], rows: readonly (readonly Text[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map(asText)),
    line(columns.map(() => '---')),
    ...rows.map((row) => line(row.map(inlineText))),
  ].join('\n');
}

function inlineText(text: Text): string {
  return text.map(inline).join('');
}

function inline(piece: Inline): string {
  if (typeof piece === 'string') return asText(piece);
  if ('code' in piece) return `\`${piece.code.replace(/[`|\s]+/g, ' ')}\``;
  const url = safeUrl(piece.url);
  return url === undefined
    ? `${asText(piece.text)} (${asText(piece.url)})`
    : `[${asText(piece.text)}](${encoded(url)})`;
}

/** Everything that Markdown would read as something else; an underscore within a word is one to everybody. */
function asText(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*[\]<>|~]/g, String.raw`\$&`)
    .replace(/&(?=#?\w+;)/g, String.raw`\&`)
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, String.raw`\_`);
}

/** At the start of a line also what would make it a heading, a list or a rule. */
function guardStart(text: string): string {
  return text.replace(/^(\d+)([.)])/, String.raw`$1\$2`).replace(/^[-+#=]/, String.raw`\$&`);
}

function encoded(url: string): string {
  return url.replace(/[()<>\\|]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
