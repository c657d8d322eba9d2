import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import type { SourceConfig } from '../project/config-file.ts';
import { isTypeName } from '../warehouse/type-name.ts';
import { type Column, quoteIdentifier, quoteLiteral, SqlError, type Warehouse } from '../warehouse/warehouse.ts';
import { instant, isWritten, whyNotInstant } from './instants.ts';
import { keysOfAllObjects } from './ndjson.ts';
import type { OpenedFile } from './open-files.ts';
import { hashOf, type Privacy } from './personal.ts';
import { bookkeeping, fault, problemType, type Scan, shown, type Target } from './scan.ts';

/** A column of a table source with DuckDB's type; undefined for text whose type is told by its values afterwards. */
export interface TableColumn {
  readonly name: string;
  readonly type: string | undefined;
  /** Whether a salted hash is stored in place of the value. */
  readonly isHashed: boolean;
}

/**
 * The columns of a table source: those that handover.yml declares and no others, or else all that the files have; less
 * those to be dropped. A type that DuckDB does not know becomes a problem, and so does a personal column that is not there.
 */
export async function tableColumns(
  warehouse: Warehouse,
  source: SourceConfig,
  files: readonly OpenedFile[],
  problems: Diagnostic[],
): Promise<TableColumn[]> {
  const columns =
    source.columns === undefined
      ? await columnsOfFiles(warehouse, files)
      : await declaredColumns(warehouse, source, source.columns, problems);
  const inFiles = files.flatMap((file) => file.columns.map(({ name }) => name));
  problems.push(...unknownPersonal(source, [...columns.keys(), ...inFiles]));
  return [...columns]
    .filter(([name]) => source.personal.get(name) !== 'drop')
    .map(([name, type]) => {
      const isHashed = source.personal.get(name) === 'hash';
      return { name, type: isHashed ? 'VARCHAR' : type, isHashed };
    });
}

/** A misspelt name would let personal data through. */
function unknownPersonal(source: SourceConfig, names: readonly string[]): Diagnostic[] {
  return [...source.personal.keys()]
    .filter((name) => !names.includes(name))
    .map((name) => {
      const fix = didYouMean(name, names);
      return {
        code: 'unknown-column',
        severity: 'error',
        message: `source "${source.name}" has no column "${name}"`,
        ...source.at(['personal', name]),
        ...(fix === undefined ? {} : { fix }),
      };
    });
}

/** All columns that the files have; without a type where it is to be told by the values. */
async function columnsOfFiles(
  warehouse: Warehouse,
  files: readonly OpenedFile[],
): Promise<Map<string, string | undefined>> {
  const columns = new Map<string, string | undefined>();
  const later: Column[] = [];
  for (const file of files.filter(({ kind }) => kind.format === 'ndjson')) {
    later.push(...(await keysOfAllObjects(warehouse, file)).map((name) => ({ name, type: 'VARCHAR' })));
  }
  for (const { name, type } of [...files.flatMap((file) => file.columns), ...later]) {
    const previous = columns.has(name) ? columns.get(name) : type;
    columns.set(name, previous === type && type !== 'VARCHAR' ? type : undefined);
  }
  return columns;
}

async function declaredColumns(
  warehouse: Warehouse,
  source: SourceConfig,
  declared: Readonly<Record<string, string>>,
  problems: Diagnostic[],
): Promise<Map<string, string | undefined>> {
  const columns = new Map<string, string | undefined>();
  for (const [name, type] of Object.entries(declared)) {
    const known = await typeName(warehouse, type);
    if (known !== undefined) columns.set(name, known);
    else {
      problems.push({
        code: 'unknown-type',
        severity: 'error',
        message: `column "${name}": DuckDB has no type "${type}"`,
        ...source.at(['columns', name]),
        expected: 'a type such as varchar, bigint, double, decimal(18, 2), boolean, date, timestamp or timestamptz',
      });
    }
  }
  return columns;
}

async function typeName(warehouse: Warehouse, type: string): Promise<string | undefined> {
  if (!isTypeName(type)) return undefined;
  try {
    const [column] = await warehouse.columns(`select null::${type} as value`);
    return column?.type;
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}

/** The columns as `create table` wants them. */
export function tableDefinition(columns: readonly TableColumn[]): string {
  return columns.map(({ name, type }) => `${quoteIdentifier(name)} ${type ?? 'varchar'}`).join(', ');
}

/** Gathers the rows of a table source; values that do not fit their declared type make the row a reject. */
export function tableTarget(
  table: string,
  source: SourceConfig,
  columns: readonly TableColumn[],
  { salt }: Privacy,
): Target {
  return {
    table,
    wanted: () => columns.map(({ name }) => ({ name, path: [name], isJson: false })),
    singleLine: () => [],
    select: (scan) => selectTable(scan, source, columns, salt),
  };
}

function selectTable(
  scan: Scan,
  { timeZone }: Pick<SourceConfig, 'timeZone'>,
  columns: readonly TableColumn[],
  salt: string | undefined,
): string {
  const read = columns.map((column, index) => {
    const { expression, type } = scan.columns.get(column.name) ?? { expression: 'null', type: 'VARCHAR' };
    const value = scan.hasBlanks && /^varchar$/i.test(type) ? `nullif(${expression}, '')` : expression;
    return { ...column, raw: `v${index}`, expression: value, from: type };
  });
  const checked = read.filter(({ type, from, isHashed }) => !isHashed && type !== undefined && type !== from);
  return /* sql */ `
with scanned as (
    select
        ${read.map(({ raw, expression }) => `${expression} as ${raw},`).join('\n        ')}
        ${scan.file} as file,
        ${scan.line} as line,
        ${scan.fault} as fault
    from ${scan.from}
),

typed as (
    select
        *,
        ${read.map(({ raw, from, type }) => `${typed(raw, from, type ?? 'VARCHAR', timeZone)} as t${raw}`).join(',\n        ')}
    from scanned
)

select
    ${read.map(({ raw, name, isHashed }) => `${isHashed ? hashOf(`t${raw}`, salt) : `t${raw}`} as ${quoteIdentifier(name)},`).join('\n    ')}
    file as ${bookkeeping.file},
    line as ${bookkeeping.line},
    case
        when fault is not null then fault
        ${checked.map((column) => doesNotFit(column)).join('\n        ')}
        else null::${problemType}
    end as ${bookkeeping.problem}
from typed`;
}

/** SQL that reads a value as the type; dates and times in text must be ISO 8601. */
function typed(value: string, from: string, type: string, timeZone: string): string {
  if (type === from) return value;
  if (type === 'TIMESTAMP WITH TIME ZONE') return instant(value, from, timeZone);
  const cast = `try_cast(${value} as ${type})`;
  // A cast to a whole number would round.
  if (/^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/.test(type)) {
    const isWhole = from === 'VARCHAR' ? `regexp_full_match(${value}, '[+-]?[0-9]+')` : `${cast} = ${value}`;
    return `case when ${isWhole} then ${cast} end`;
  }
  if (from !== 'VARCHAR') return cast;
  if (type === 'DATE') return `case when ${isWritten(value, 'date')} then try_cast(${value} as date) end`;
  if (type.startsWith('TIMESTAMP')) {
    return `case when ${isWritten(value, 'local')} then try_cast(${value} as ${type}) end`;
  }
  return cast;
}

function doesNotFit({
  raw,
  name,
  type,
  from,
}: {
  raw: string;
  name: string;
  type: string | undefined;
  from: string;
}): string {
  const text = `${raw}::varchar`;
  const reason =
    type?.startsWith('TIMESTAMP') && from === 'VARCHAR'
      ? whyNotInstant(text)
      : `${shown(raw)} || ' does not fit the type ${(type ?? '').toLowerCase()}'`;
  return `when ${raw} is not null and t${raw} is null
            then ${fault('invalid-value', quoteLiteral(name), `${quoteLiteral(`${name}: `)} || ${reason}`)}`;
}

const inferable = [
  ['boolean', (value: string) => `${value} in ('true', 'false')`],
  ['bigint', (value: string) => `regexp_full_match(${value}, '-?(0|[1-9][0-9]{0,17})')`],
  ['double', (value: string) => `regexp_full_match(${value}, '-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][+-]?[0-9]+)?')`],
  ['date', (value: string) => `${isWritten(value, 'date')} and try_cast(${value} as date) is not null`],
  ['timestamp', (value: string) => `${isWritten(value, 'local')} and try_cast(${value} as timestamp) is not null`],
  [
    'timestamptz',
    (value: string) => `${instant(value, 'VARCHAR', 'UTC')} is not null and not ${isWritten(value, 'local')}`,
  ],
] as const;

/**
 * Gives text columns the type that every one of their values has. All rows are looked at, and a number with leading
 * zeros stays text, so that a postal code or an id never loses any.
 */
export async function inferTypes(
  warehouse: Warehouse,
  table: string,
  columns: readonly TableColumn[],
  timeZone: string,
): Promise<void> {
  for (const { name } of columns.filter((column) => column.type === undefined)) {
    const value = quoteIdentifier(name);
    const tests = inferable.map(([type, test]) => `bool_and(${test(value)}) as "${type}"`).join(', ');
    const [fits] = await warehouse.rows<Record<string, boolean | null>>(
      `select ${tests} from ${table} where ${value} is not null`,
    );
    const type = inferable.map(([candidate]) => candidate).find((candidate) => fits?.[candidate] === true);
    if (type === undefined) continue;
    const cast = type === 'timestamptz' ? instant(value, 'VARCHAR', timeZone) : `${value}::${type}`;
    await warehouse.run(`alter table ${table} alter column ${value} type ${type} using ${cast}`);
  }
}
