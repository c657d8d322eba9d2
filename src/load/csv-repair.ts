import { quoteLiteral, type Warehouse } from '../warehouse/warehouse.ts';
import { physicalLines } from './lines.ts';
import type { OpenedFile } from './open-files.ts';
import { fault, noFault, type ScanColumn, type Target } from './scan.ts';

/**
 * Loads one CSV file from its physical lines, so that a damaged row costs only itself. Lines are joined into rows where
 * quotes are open. Where that does not come out even, a line that is a complete row by itself ends whatever was open
 * before it: an unclosed quote cannot swallow what follows. Every row knows the line it starts on.
 */
export async function repairCsv(warehouse: Warehouse, file: OpenedFile, target: Target): Promise<void> {
  const { text } = await file.survey();
  const lines = physicalLines([file], text?.hasMixedLineEnds);
  const grammar = new Grammar(file.header.delimiter, file.header.names.length);
  await warehouse.run(/* sql */ `
    create or replace temp table load_csv_lines as
    select
        line,
        text,
        (length(text) - length(replace(text, '"', ''))) % 2 as odd_quotes,
        ${grammar.isComplete('text')} as is_complete
    from (select row_number() over () as line, coalesce(text, '') as text from ${lines})
    where line > 1`);
  await warehouse.run(rowsByQuotes(allLines, grammar));
  const [joined] = await warehouse.rows<{ swallowed: boolean }>(
    `select coalesce(bool_or(line_count > 1 and (not is_complete or ${spansLines(file, target)})), false) as swallowed
    from load_csv_rows`,
  );
  if (joined?.swallowed) await warehouse.run(rowsByQuotes(runsBetweenCompleteLines, grammar));
  await warehouse.run(`insert into ${target.table} ${target.select(repairedScan(file, target, grammar))}`);
  await warehouse.run('drop table load_csv_lines; drop table load_csv_rows');
}

const allLines = 'select line, odd_quotes, 0 as run from load_csv_lines';

/** A complete line is a run of its own; so are the incomplete ones between two of them. */
const runsBetweenCompleteLines = /* sql */ `
        select
            line,
            odd_quotes,
            count(*) filter (is_complete) over (order by line) * 2 + is_complete::integer as run
        from load_csv_lines`;

/**
 * Joins the lines of a run into rows: temp table load_csv_rows. A row that never closes its quote is taken apart again,
 * so that every line of it is rejected by itself. Text takes no part in the windows: most rows are one line.
 */
function rowsByQuotes(marks: string, grammar: Grammar): string {
  return /* sql */ `
    create or replace temp table load_csv_rows as
    with marks as (${marks}),

    counted as (
        select
            *,
            coalesce(sum(odd_quotes) over (
                partition by run order by line rows between unbounded preceding and 1 preceding
            ), 0) % 2 = 0 as starts
        from marks
    ),

    placed as (
        select
            line,
            odd_quotes,
            max(if(starts, line, null)) over (partition by run order by line) as first_line
        from counted
    ),

    spans as (
        select first_line
        from placed
        group by first_line
        having count(*) > 1 and sum(odd_quotes) % 2 = 0
    ),

    spanning as (
        select placed.line, placed.first_line
        from placed
        semi join spans on placed.first_line = spans.first_line
    ),

    joined as (
        select line, 1 as line_count, text
        from load_csv_lines
        anti join spanning using (line)
        union all
        select
            spanning.first_line as line,
            count(*) as line_count,
            string_agg(lines.text, chr(10) order by lines.line) as text
        from spanning
        inner join load_csv_lines as lines on spanning.line = lines.line
        group by spanning.first_line
    )

    select
        line,
        line_count,
        text,
        ${grammar.fields('text')} as fields,
        ${grammar.isComplete('text')} as is_complete
    from joined
    where text <> ''`;
}

function repairedScan(file: OpenedFile, target: Target, grammar: Grammar): Parameters<Target['select']>[0] {
  const columns = new Map<string, ScanColumn>();
  for (const [index, name] of file.header.names.entries()) {
    if (name !== '') columns.set(name, { expression: grammar.value(`fields[${index + 1}]`), type: 'VARCHAR' });
  }
  return {
    from: 'load_csv_rows',
    columns,
    hasBlanks: false,
    file: String(file.id),
    line: 'line',
    fault: rowFault(file, target, grammar),
  };
}

function rowFault(file: OpenedFile, target: Target, grammar: Grammar): string {
  return `case
        when not ${grammar.isWellFormed('text')}
            then ${fault('broken-quote', 'null', `'a quote is not closed, or text follows the closing quote'`)}
        when not is_complete
            then ${fault('column-count', 'null', `'has ' || len(fields) || ' columns, the header has ${grammar.columns}'`)}
        when line_count > 1 and (${spansLines(file, target)})
            then ${fault('broken-quote', 'null', `'an id or name holds a line break: a quote before it is not closed'`)}
        else ${noFault}
    end`;
}

/** SQL: an id or name holds a line break, which shows that a stray quote has joined two rows. */
function spansLines(file: OpenedFile, target: Target): string {
  const tests = target
    .singleLine(file)
    .map((name) => file.header.names.indexOf(name))
    .filter((index) => index >= 0)
    .map((index) => `contains(fields[${index + 1}], chr(10))`);
  return tests.length === 0 ? 'false' : tests.join(' or ');
}

/** CSV rows as regular expressions, for DuckDB's RE2. A quote inside an unquoted field is a plain character. */
class Grammar {
  private readonly delimiter: string;
  private readonly field: string;

  constructor(
    delimiter: string,
    /** How many the header has. */
    readonly columns: number,
  ) {
    this.delimiter = delimiter === '|' ? '[|]' : delimiter;
    this.field = `(?: *"(?:[^"]|"")*" *|[^"${delimiter}\\n][^${delimiter}\\n]*|)`;
  }

  isWellFormed(text: string): string {
    return `regexp_full_match(${text}, ${quoteLiteral(`${this.field}(?:${this.delimiter}${this.field})*`)})`;
  }

  /** Also true with one empty field too many: a delimiter at the end of the row, as DuckDB takes it. */
  isComplete(text: string): string {
    const row = `${this.field}(?:${this.delimiter}${this.field}){${this.columns - 1}}${this.delimiter}?`;
    return `regexp_full_match(${text}, ${quoteLiteral(row)})`;
  }

  fields(text: string): string {
    const delimiter = quoteLiteral(this.delimiter === '[|]' ? '|' : this.delimiter);
    return `regexp_extract_all(${delimiter} || ${text}, ${quoteLiteral(`${this.delimiter}(${this.field})`)}, 1)`;
  }

  value(field: string): string {
    return `nullif(if(
            starts_with(ltrim(${field}, ' '), '"'), replace(substring(trim(${field}, ' '), 2, length(trim(${field}, ' ')) - 2), '""', '"'), ${field}
        ), '')`;
  }
}
