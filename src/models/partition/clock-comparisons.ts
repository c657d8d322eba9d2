import type { Known } from '../lineage/context.ts';
import { resolveStatement } from '../lineage/resolve-query.ts';
import type { Column, Expression, Query, Recursion, Relation, Select, SetOperation } from '../lineage/resolved.ts';

/** A column of an input that a model compares with as_of. */
export interface ClockComparison {
  readonly input: string;
  readonly column: string;
}

/** The table that holds the run's clock, and its only column. */
export const clockTable = 'run.clock';
const clockColumn = 'as_of';

interface ClockOptions extends Known {
  /** The models that are cut to some keys; lower case. */
  readonly inputs: { has(model: string): boolean };
}

/**
 * The columns of cut inputs that a model compares (<, <=, >, >=, BETWEEN) with as_of, when it does nothing else with it;
 * undefined when it does, or when that cannot be told. Such a model's rows differ between two instants only in
 * partitions where one of these columns lies between the two. It may be compared wherever it is passed on unchanged: what
 * an outer join makes null compares to null at any instant. Pure.
 */
export function clockComparisons(statement: unknown, options: ClockOptions): readonly ClockComparison[] | undefined {
  const reader = new ClockReader(options.inputs);
  const columns = reader.query(resolveStatement(statement, options));
  if (!reader.isTold || columns.includes('clock')) return undefined;
  return [...reader.comparisons.values()];
}

/** What a column holds: as_of, a column of a cut input (or null), or something that as_of has no other part in. */
type Held = 'clock' | 'other' | ClockComparison;

const comparison = /^COMPARE_(LESS|GREATER)THAN(OREQUALTO)?$/;

/** Follows as_of through one resolved statement. Whatever it does not know how to follow ends in `isTold = false`. */
class ClockReader {
  isTold = true;
  readonly comparisons = new Map<string, ClockComparison>();
  private readonly ofColumns = new Map<Column, Held>();
  private readonly ofQueries = new Map<Query, readonly Held[]>();

  constructor(private readonly inputs: ClockOptions['inputs']) {}

  query(query: Query): readonly Held[] {
    const known = this.ofQueries.get(query);
    if (known !== undefined) return known;
    if (query.open !== undefined) this.isTold = false;
    const held = query.kind === 'select' ? this.select(query) : this.combined(query);
    this.ofQueries.set(query, held);
    return held;
  }

  private select(select: Select): readonly Held[] {
    this.relation(select.from);
    const held = select.values.map((value) => {
      if (value.kind === 'column') return this.column(value.column);
      this.look(value);
      return 'other';
    });
    if (select.isSampled || (select.distinct === 'all' && held.includes('clock'))) this.isTold = false;
    const { where, groups = [], having, qualify, orders, limits, distinct } = select;
    const targets = distinct === undefined || distinct === 'all' ? [] : distinct;
    const deciding = [where, ...groups, having, qualify, ...orders, ...limits, ...targets];
    for (const part of deciding) if (part !== undefined) this.look(part);
    return held;
  }

  /** What two queries make together is followed no further. */
  private combined(query: SetOperation | Recursion): readonly Held[] {
    const held = query.columns.map((): Held => 'other');
    // The step of a recursion reads the query itself.
    this.ofQueries.set(query, held);
    for (const column of query.columns) this.ofColumns.set(column, 'other');
    const sides = query.kind === 'set' ? [query.left, query.right] : [query.first, query.step];
    for (const side of sides) if (this.query(side).includes('clock')) this.isTold = false;
    if (query.kind === 'set') {
      const { orders, limits, distinct } = query;
      const targets = distinct === undefined || distinct === 'all' ? [] : distinct;
      for (const part of [...orders, ...limits, ...targets]) this.look(part);
    }
    return held;
  }

  private relation(relation: Relation): void {
    if (relation.open !== undefined) this.isTold = false;
    const held = this.columns(relation);
    for (const [index, column] of relation.columns.entries()) this.ofColumns.set(column, held[index] ?? 'other');
  }

  /** What the columns of a relation hold; those that are not told hold something else. */
  private columns(relation: Relation): readonly Held[] {
    switch (relation.kind) {
      case 'nothing':
        return [];
      case 'table':
        return relation.names.map((name) => this.tableColumn(relation, name));
      case 'query':
        return this.query(relation.query);
      case 'rows':
        for (const part of relation.arguments) this.look(part);
        return [];
      case 'unpivot':
        this.relation(relation.source);
        if (relation.source.columns.some((column) => this.column(column) === 'clock')) this.isTold = false;
        return [];
      case 'join':
        this.relation(relation.left);
        this.relation(relation.right);
        // An ASOF join takes the best match: which one that is may hang on as_of in other ways than by comparison.
        if (relation.condition !== undefined) this.look(relation.condition, relation.match !== 'asof');
        return relation.columns.map((column) => this.column(column));
      case 'sample':
      case 'unknown':
        this.isTold = false;
        return [];
    }
  }

  private tableColumn({ table, isBare }: Extract<Relation, { kind: 'table' }>, name: string): Held {
    if (table === clockTable && name.toLowerCase() === clockColumn) return 'clock';
    return isBare && this.inputs.has(table) ? { input: table, column: name } : 'other';
  }

  private column(column: Column): Held {
    const held = this.ofColumns.get(column);
    if (held === undefined) this.isTold = false;
    return held ?? 'other';
  }

  /** Looks for as_of in an expression: it may stand on one side of a comparison and nowhere else. */
  private look(expression: Expression, mayCompare = true): void {
    const pairs = mayCompare ? pairsOf(expression) : [];
    if (pairs.length > 0) {
      for (const [left, right] of pairs) {
        if (!this.compares(left, right)) for (const part of [left, right]) this.look(part);
      }
      return;
    }
    if (expression.kind === 'unknown') this.isTold = false;
    if (expression.kind === 'column' && this.column(expression.column) === 'clock') this.isTold = false;
    if (expression.kind === 'subquery' && this.query(expression.query).includes('clock')) this.isTold = false;
    for (const part of expression.parts) this.look(part, mayCompare);
  }

  /** Whether as_of is compared with a column of a cut input, which is kept then. */
  private compares(left: Expression, right: Expression): boolean {
    if (left.kind !== 'column' || right.kind !== 'column') return false;
    const sides = [this.column(left.column), this.column(right.column)];
    const other = sides.find((held): held is ClockComparison => typeof held !== 'string');
    if (other === undefined || !sides.includes('clock')) return false;
    this.comparisons.set(`${other.input}\n${other.column}`, other);
    return true;
  }
}

/** What an expression compares with what; none when it is no comparison by size. */
function pairsOf(expression: Expression): readonly (readonly [Expression, Expression])[] {
  if (expression.kind !== 'call') return [];
  const [first, second, third] = expression.parts;
  if (first === undefined || second === undefined) return [];
  if (comparison.test(expression.name)) return [[first, second]];
  const isBetween = expression.name === 'COMPARE_BETWEEN' && third !== undefined;
  return isBetween
    ? [
        [first, second],
        [first, third],
      ]
    : [];
}
