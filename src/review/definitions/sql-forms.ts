import type { Project } from '../../project/project.ts';
import { isNode, type SyntaxNode } from '../../warehouse/expression-rules.ts';
import { quoteLiteral, type Warehouse } from '../../warehouse/warehouse.ts';
import { canonical } from './fields.ts';
import { expressionsOf } from './metrics-expressions.ts';
import { type Extent, extentOf } from './sql-extent.ts';
import { expressionIn, inOneForm, isTrue, operandsOf } from './sql-tree.ts';

/** One of the conditions that an expression joins by `and`. */
export interface Condition {
  /** Two conditions of one form are the same, however they are written. */
  readonly form: string;
  /** As people wrote it, on one line. */
  readonly text: string;
  /** What it lets through, where constants alone tell. */
  readonly extent: Extent | undefined;
}

/** SQL texts of both sides, as DuckDB's parser reads them. */
export interface SqlForms {
  /** The same for texts that differ in formatting, comments and order of operands; of what is no SQL its words. */
  formOf(text: string): string;
  /** None of `true`. A text that cannot be cut is a single condition. */
  conditionsOf(text: string): readonly Condition[];
}

/** All expressions and selects of a project's metrics and contracts. */
export function sqlTextsOf({ metrics, models }: Project): ReadonlySet<string> {
  return new Set([
    ...metrics.flatMap((metric) => expressionsOf(metric).map(({ text }) => text)),
    ...metrics.flatMap(({ contract }) => contract.flatMap((rule) => ('select' in rule ? [rule.select] : []))),
    ...models.flatMap(({ contract }) => contract.expressions.map(({ that }) => that)),
  ]);
}

/** Parses the texts, which may be anything: what is no SQL is told by its words. Nothing of them is run. */
export async function readSqlForms(parser: Warehouse, texts: ReadonlySet<string>): Promise<SqlForms> {
  const parsed = await parse(parser, texts);
  const cuts = new Map([...texts].map((text) => [text, cut(text, parsed.get(text))]));
  const pieces = await parse(parser, new Set([...cuts.values()].flatMap((found) => found ?? [])));
  const read = (text: string): Parsed | undefined => {
    if (!texts.has(text)) throw new Error(`not among the SQL texts that were read: ${text}`);
    return parsed.get(text);
  };
  // Most texts are the same on both sides, and nobody asks.
  return {
    formOf: remembered((text) => formOf(text, read(text))),
    conditionsOf: remembered((text) => conditionsOf(text, read(text), cuts.get(text), pieces)),
  };
}

function remembered<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text) ?? read(text);
    known.set(text, found);
    return found;
  };
}

/** An expression's node with its places. */
type Parsed = SyntaxNode;

const before = 'select (';

/** Characters. What is longer was not written by people, and could take minutes. */
const longestParsed = 20_000;

async function parse(parser: Warehouse, texts: ReadonlySet<string>): Promise<Map<string, Parsed | undefined>> {
  // A statement ends at a zero byte, wherever that stands.
  const whole = [...texts].filter((text) => text.length <= longestParsed && !text.includes('\0'));
  if (whole.length === 0) return new Map();
  // A comment at its end would swallow the parenthesis.
  const values = whole.map((text, place) => `(${place}, ${quoteLiteral(`${before}${text}\n)`)})`);
  const rows = await parser.rows<{ json: string }>(
    `select json_serialize_sql(text) as json from (values ${values.join(', ')}) as texts (place, text) order by place`,
  );
  return new Map(whole.map((text, place) => [text, expressionIn(rows[place]?.json ?? '{}')]));
}

function formOf(text: string, parsed: Parsed | undefined): string {
  return parsed === undefined ? `text ${onOneLine(text)}` : canonical(inOneForm(parsed));
}

function conditionsOf(
  text: string,
  parsed: Parsed | undefined,
  cuts: readonly string[] | undefined,
  pieces: ReadonlyMap<string, Parsed | undefined>,
): Condition[] {
  if (parsed === undefined) return [{ form: formOf(text, parsed), text: onOneLine(text), extent: undefined }];
  const tree = inOneForm(parsed);
  const byForm = new Map(
    cuts?.map((piece) => [formOf(piece, pieces.get(piece)), onOneLine(piece)]) ?? [[canonical(tree), onOneLine(text)]],
  );
  const operands = operandsOf(tree, 'CONJUNCTION_AND').map((operand) => ({ operand, form: canonical(operand) }));
  // Where the cuts are not its operands, the whole is told in one piece.
  const isCut = operands.every(({ form }) => byForm.has(form));
  const told = new Map(
    (isCut ? operands : [{ operand: tree, form: canonical(tree) }]).map((each) => [each.form, each]),
  );
  return [...told.values()]
    .filter(({ operand }) => !isTrue(operand))
    .map(({ operand, form }) => ({
      form,
      text: byForm.get(form) ?? onOneLine(text),
      extent: extentOf(operand, canonical),
    }));
}

/**
 * The texts of what a text joins by `and`, as far as the parser's places tell: between the last place of one operand and
 * the first of the next lies one `and`. To be parsed, since comments and brackets can mislead it.
 */
function cut(text: string, parsed: Parsed | undefined): readonly string[] | undefined {
  if (parsed === undefined || operandsOf(parsed, 'CONJUNCTION_AND').length < 2) return undefined;
  const bytes = Buffer.from(text);
  const ends: number[] = [];
  const spans = placesOf(parsed);
  for (const [index, { last }] of spans.slice(0, -1).entries()) {
    const next = spans[index + 1]?.first ?? last;
    const gap = bytes.subarray(last, next).toString('latin1');
    const [found] = [...gap.matchAll(/\band\b/gi)].slice(-1);
    if (found === undefined) return undefined;
    ends.push(last + found.index);
  }
  return [0, ...ends].map((start, index) =>
    withoutBrackets(bytes.subarray(index === 0 ? 0 : start + 'and'.length, ends[index]).toString()),
  );
}

/** First and last place of each operand, in bytes of the text, in the order in which they stand there. */
function placesOf(expression: SyntaxNode): { readonly first: number; readonly last: number }[] {
  return operandsOf(expression, 'CONJUNCTION_AND')
    .map(allPlaces)
    .map((places) => ({
      first: places.reduce((least, place) => Math.min(least, place), Number.POSITIVE_INFINITY),
      last: places.reduce((most, place) => Math.max(most, place), 0),
    }))
    .sort((left, right) => left.first - right.first);
}

function allPlaces(value: unknown): number[] {
  if (Array.isArray(value)) return value.flatMap(allPlaces);
  if (!isNode(value)) return [];
  const at = Number(value.query_location ?? Number.MAX_SAFE_INTEGER);
  // The parser writes the largest 64-bit number where it knows no place.
  const own = at < Number.MAX_SAFE_INTEGER ? [Math.max(0, at - before.length)] : [];
  return [...own, ...Object.values(value).flatMap(allPlaces)];
}

/** Without brackets that open or close outside of it: of `(a and b) and c`. */
function withoutBrackets(piece: string): string {
  let text = piece.trim();
  const open = () => text.split('(').length - text.split(')').length;
  while (open() > 0 && text.startsWith('(')) text = text.slice(1).trimStart();
  while (open() < 0 && text.endsWith(')')) text = text.slice(0, -1).trimEnd();
  return text;
}

function onOneLine(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}
