import { printStyle } from './document-style.ts';
import { type AgreementDocument, type Block, type Inline, type Section, safeUrl, type Text } from './document-text.ts';

/** A page of its own, without a script or anything from elsewhere, that prints on one sheet of A4. */
export function toHtmlPage(document: AgreementDocument): string {
  return `<!doctype html>
<html lang="${document.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${asText(document.title)}</title>
<style>
${printStyle}
</style>
</head>
<body>
${toHtmlArticle(document)}
</body>
</html>
`;
}

/** The document alone, to stand in a page; what users wrote is text and never markup. */
export function toHtmlArticle({ language, title, facts, sections, signatures }: AgreementDocument): string {
  const { sides, lines } = signatures;
  const empty = [lines.name, lines.date, lines.signature]
    .map((line) => `<div class="line"><dt>${asText(line)}</dt><dd></dd></div>`)
    .join('');
  const signed = sides.map(
    ({ side, title: held }) => `<dl><div><dt>${asText(side)}</dt><dd>${asText(held)}</dd></div>${empty}</dl>`,
  );
  return [
    `<article class="agreement" lang="${language}">`,
    `<h1>${asText(title)}</h1>`,
    `<dl class="agreement-facts">${facts.map(({ name, value }) => `<div><dt>${asText(name)}</dt><dd>${asText(value)}</dd></div>`).join('')}</dl>`,
    ...sections.filter(({ isWide }) => isWide).map(sectionHtml),
    '<div class="agreement-columns">',
    ...sections.filter(({ isWide }) => !isWide).map(sectionHtml),
    '</div>',
    `<section class="agreement-signatures" id="signatures"><h2>${asText(signatures.title)}</h2><div>${signed.join('')}</div></section>`,
    '</article>',
  ].join('\n');
}

function sectionHtml({ id, title, blocks }: Section): string {
  return `<section id="${id}"><h2>${asText(title)}</h2>${blocks.map(blockHtml).join('')}</section>`;
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `<h3>${inlineHtml(block.text)}</h3>`;
    case 'paragraph':
      return `<p>${inlineHtml(block.text)}</p>`;
    case 'list':
      return `<ul>${block.items.map((item) => `<li>${inlineHtml(item)}</li>`).join('')}</ul>`;
    case 'table':
      return tableHtml(block.columns, block.rows);
  }
}

/** Each cell carries its column's name, which narrow screens show in place of the head. */
function tableHtml(columns: readonly string[], rows: readonly (readonly Text[])[]): string {
  const head = columns.map((column) => `<th scope="col">${asText(column)}</th>`).join('');
  const body = rows.map((row) => {
    const cells = row.map((text, index) => {
      const name = ` data-name="${asText(columns[index] ?? '')}"`;
      return index === 0 ? `<th scope="row"${name}>${inlineHtml(text)}</th>` : `<td${name}>${inlineHtml(text)}</td>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  return `<table class="terms"><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table>`;
}

function inlineHtml(text: Text): string {
  return text.map(inline).join('');
}

function inline(piece: Inline): string {
  if (typeof piece === 'string') return asText(piece);
  if ('code' in piece) return `<code>${asText(piece.code)}</code>`;
  const url = safeUrl(piece.url);
  if (url === undefined) return `${asText(piece.text)} (${asText(piece.url)})`;
  return `<a href="${asText(url)}">${asText(piece.text)}</a>`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function asText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
