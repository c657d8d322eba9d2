import fc from 'fast-check';
import { quoteIdentifier, quoteLiteral } from '../../src/warehouse/warehouse.ts';
import type { Dump } from './dump.ts';

/** A row as a dump holds it: column → text, blank where it holds nothing. */
export type DumpRow = Readonly<Record<string, string>>;

/** What happens to the files before one load: the rows that a file holds from then on, or null when it is taken away. */
export type Arrival = ReadonlyMap<string, readonly DumpRow[] | null>;

/**
 * Deliveries of random pieces of the rows, in random order, some of them twice: each file has two versions, and comes,
 * changes, goes or comes back before each of the loads. The first file always holds `always`.
 */
export function arrivals(files: readonly string[], always: DumpRow, rows: readonly DumpRow[]): fc.Arbitrary<Arrival[]> {
  const version = fc.array(fc.constantFrom(always, ...rows), { minLength: 1, maxLength: rows.length + 2 });
  const versions = fc.tuple(...files.map(() => fc.tuple(version, version)));
  const step = fc.array(fc.constantFrom('stays', 'first', 'second', 'goes'), {
    minLength: files.length,
    maxLength: files.length,
  });
  return fc.tuple(versions, fc.array(step, { minLength: 2, maxLength: 3 })).map(([contents, steps]) =>
    steps.map((changes, load) => {
      const arrival = new Map<string, readonly DumpRow[] | null>();
      for (const [index, file] of files.entries()) {
        const change = load === 0 && index === 0 ? 'first' : changes[index];
        const [first, second] = contents[index] ?? [[], []];
        const held = index === 0 ? [always] : [];
        if (change === 'first') arrival.set(file, [...held, ...first]);
        if (change === 'second') arrival.set(file, [...second, ...held]);
        if (change === 'goes' && index > 0) arrival.set(file, null);
      }
      return arrival;
    }),
  );
}

/** Changes the files of a project as told; columns named in `json` hold JSON text. */
export async function arrive(dump: Dump, arrival: Arrival, json: readonly string[]): Promise<void> {
  for (const [file, rows] of arrival) {
    if (rows === null) dump.removeIfThere(file);
    else if (file.endsWith('.parquet')) await writeParquet(dump, file, rows);
    else dump.write({ [file]: toText(file, rows, json) });
  }
}

function toText(file: string, rows: readonly DumpRow[], json: readonly string[]): string {
  if (file.endsWith('.csv')) return toCsv(rows);
  const records = rows.map((row) =>
    JSON.stringify(
      Object.fromEntries(Object.entries(row).map(([key, text]) => [key, json.includes(key) ? nested(text) : text])),
    ),
  );
  return file.endsWith('.json') ? `{"results":[${records.join(',\n')}]}` : `${records.join('\n')}\n`;
}

function nested(text: string): unknown {
  return text === '' ? null : JSON.parse(text);
}

function toCsv(rows: readonly DumpRow[]): string {
  const quote = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = rows.map((row) => Object.values(row).map(quote).join(','));
  return `${[Object.keys(rows[0] ?? {}).join(','), ...lines].join('\n')}\n`;
}

async function writeParquet(dump: Dump, file: string, rows: readonly DumpRow[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {})
    .map(quoteIdentifier)
    .join(', ');
  const values = rows.map((row) => `(${Object.values(row).map(quoteLiteral).join(', ')})`).join(', ');
  dump.write({ [file]: '' });
  await dump.rows(`copy (from (values ${values}) as rows(${columns})) to '${dump.root}/${file}'`);
}
