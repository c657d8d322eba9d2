import type { Cell, Digest, Paragraph, Row, Table } from './words.ts';

/**
 * As a page that mail clients show as it is: tables, styles on the elements, nothing from elsewhere. Text and ground keep
 * the reader's own colours, so that it can be read in the light and in the dark; the two marks stand out in both.
 */
export function digestHtml(digest: Digest): string {
  const { language, subject, notice, sentence, promises, headlines, paragraphs, links, foot } = digest;
  const blocks = [
    `<h1 style="margin:0 0 6px;font-size:19px;line-height:1.25">${escaped(subject)}</h1>`,
    ...(notice === undefined ? [] : [`<p style="${text};font-weight:bold">${escaped(notice)}</p>`]),
    `<p style="${text}">${escaped(sentence)}</p>`,
    ...(promises === undefined ? [] : [table(promises, { widths: [48, 11, 28, 13], firstNumber: 2 })]),
    ...(headlines === undefined ? [] : [table(headlines, { widths: [29, 23, 18, 30], firstNumber: 1 })]),
    ...paragraphs.map(paragraph),
    ...(links.length === 0
      ? []
      : [
          `<p style="${text}">${links.map(({ text: told, address }) => `<a href="${escaped(address)}">${escaped(told)}</a>`).join(' · ')}</p>`,
        ]),
    `<p style="margin:8px 0 0;font-size:12px;line-height:1.4;${muted}">${escaped(foot)}</p>`,
  ];
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escaped(subject)}</title>
</head>
<body style="margin:0;padding:0">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:640px;margin:0 auto">
<tr><td style="padding:16px 12px;font-family:Helvetica,Arial,sans-serif;font-size:13px">
${blocks.join('\n')}
</td></tr>
</table>
</body>
</html>
`;
}

const text = 'margin:0 0 6px;font-size:13px;line-height:1.4';
const muted = 'opacity:0.75';
const marks: Readonly<Record<string, string>> = { kept: '#2a8a55', missed: '#d1453b' };

interface Columns {
  /** In per cent, one per column. */
  readonly widths: readonly number[];
  /** From this column on there are numbers, which stand to the right. */
  readonly firstNumber: number;
}

function table({ columns, rows }: Table, { widths, firstNumber }: Columns): string {
  const heads = columns.map(
    (name, index) =>
      `<th scope="col" width="${widths[index]}%" style="padding:3px ${gap(index, columns)} 3px 0;font-size:12px;text-align:${side(index, firstNumber)};vertical-align:bottom">${escaped(name)}</th>`,
  );
  return [
    `<table width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 10px;border-collapse:collapse;font-size:13px;line-height:1.3">`,
    `<tr>${heads.join('')}</tr>`,
    ...rows.map((row) => `<tr>${cellsOf(row, columns, firstNumber)}</tr>`),
    '</table>',
  ].join('\n');
}

function cellsOf({ mark, cells }: Row, columns: readonly string[], firstNumber: number): string {
  return cells
    .map((cell, index) => {
      const style = `padding:3px ${gap(index, columns)} 3px 0;border-top:1px solid #9a9a9a;text-align:${side(index, firstNumber)};vertical-align:top${wrapping(cell.text)}`;
      if (index > 0) return `<td style="${style}">${told(cell)}</td>`;
      return `<th scope="row" style="${style};font-weight:normal">${mark === undefined ? '' : judged(mark)}${told(cell)}</th>`;
    })
    .join('');
}

function judged({ status, shape, word }: NonNullable<Row['mark']>): string {
  const color = marks[status];
  return `<b${color === undefined ? '' : ` style="color:${color}"`}>${escaped(shape)}</b> <b>${escaped(word)}</b> `;
}

/** A word that is wider than its column on a phone is broken; others never are. */
function wrapping(shown: string): string {
  return /\S{25}/.test(shown) ? ';word-break:break-word' : '';
}

function told({ text: shown, note }: Cell): string {
  return `${escaped(shown)}${note === undefined ? '' : ` <span style="font-size:12px;${muted}">${escaped(note)}</span>`}`;
}

function gap(index: number, columns: readonly string[]): string {
  return index === columns.length - 1 ? '0' : '8px';
}

function side(index: number, firstNumber: number): string {
  return index >= firstNumber ? 'right' : 'left';
}

function paragraph({ title, text: shown, items }: Paragraph): string {
  const lines = [`<b>${escaped(title)}:</b> ${escaped(shown)}`, ...items.map((item) => `– ${escaped(item)}`)];
  return `<p style="${text};word-break:break-word">${lines.join('<br>')}</p>`;
}

/** Text between tags or within a quoted attribute. */
function escaped(told: string): string {
  return told.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
