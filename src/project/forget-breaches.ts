import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { breachDelimiter } from './breach-log.ts';
import { csvLines } from './csv-lines.ts';

const folder = 'metrics/breaches';

/** Takes the lines on some leads out of a project's breach log; the others stay as they were written. */
export function forgetBreaches(root: string, leads: readonly string[]): { path: string; rows: number }[] {
  if (!existsSync(join(root, folder))) return [];
  const names = readdirSync(join(root, folder)).filter((name) => name.endsWith('.csv'));
  return names.sort().flatMap((name) => {
    const file = join(root, folder, name);
    const { text, rows } = withoutLeads(readFileSync(file, 'utf8'), new Set(leads));
    if (rows === 0) return [];
    writeFileSync(file, text);
    return [{ path: `${folder}/${name}`, rows }];
  });
}

function withoutLeads(text: string, leads: ReadonlySet<string>): { text: string; rows: number } {
  const [header, ...lines] = csvLines(text, breachDelimiter(text));
  const column = header?.cells.findIndex((cell) => cell?.replace(/^\uFEFF/, '').trim() === 'lead_id') ?? -1;
  const physical = text.split('\n');
  const isTheirs = lines.map(({ cells }) => leads.has(cells[column]?.trim() ?? ''));
  // A text in quotes may go on over several lines of the file.
  const kept = lines.flatMap(({ above }, index) =>
    isTheirs[index] ? [] : physical.slice(above, lines[index + 1]?.above ?? physical.length),
  );
  const rows = isTheirs.filter(Boolean).length;
  const written = [...physical.slice(0, lines[0]?.above ?? physical.length), ...kept].join('\n');
  return { text: written.endsWith('\n') || written === '' ? written : `${written}\n`, rows };
}
