import { everyPart } from '../lineage/expressions.ts';
import type { Expression, Query } from '../lineage/resolved.ts';
import { isLoose, isPinned, type Keys, type Outer, pinsTo, type Rows, refused, whole } from './keys.ts';
import { type PartitionProblem, reasons } from './problems.ts';
import { queryRows } from './query-rows.ts';

/** Walks one resolved statement and collects what would make a partition depend on another. */
export class Checker {
  readonly problems: PartitionProblem[] = [];
  /** Inputs that were read, by name. */
  readonly read = new Set<string>();
  private known = new Map<Query, Rows>();
  /** Whose text is looked at, when it is not the model's own. */
  private model: string | undefined;

  /** `inputs`: the models that are cut, each by which column. */
  constructor(
    readonly inputs: ReadonlyMap<string, string>,
    private readonly partitionBy: string,
  ) {}

  /** What is known of a query's rows, by its own columns. */
  query(query: Query, outer: Outer): Rows {
    const known = this.known.get(query);
    if (known !== undefined) return known;
    const rows = queryRows(query, outer, this);
    this.known.set(query, rows);
    return rows;
  }

  /** Looks at a query while `assumed` is taken for true. */
  assuming(query: Query, assumed: readonly [Query, Rows], outer: Outer): Rows {
    const { known } = this;
    this.known = new Map(known).set(...assumed);
    const rows = this.query(query, outer);
    this.known = known;
    return rows;
  }

  /**
   * Looks at the subqueries in expressions. They make nothing of a row depend on another partition when they are tied to
   * the row itself. The result is whole unless they are tied to a row of a query around.
   */
  expressions(expressions: readonly Expression[], outer: Outer): Rows {
    return this.combined(
      expressions.flatMap(everyPart).map((part) => this.part(part, outer)),
      outer,
    );
  }

  /** The same for conditions that rows must meet, where `key in (select key …)` is safe: null and false are the same. */
  conditions(expressions: readonly Expression[], outer: Outer): Rows {
    return this.combined(
      expressions.map((expression) => {
        if (expression.kind === 'and' || expression.kind === 'or') return this.conditions(expression.parts, outer);
        return this.isKeyInKeys(expression, outer) ? whole : this.expressions([expression], outer);
      }),
      outer,
    );
  }

  private combined(all: readonly Rows[], outer: Outer): Rows {
    if (all.some(({ kind }) => kind === 'refused')) return refused;
    const keyed = all.flatMap((rows) => (rows.kind === 'keyed' ? [rows] : []));
    if (keyed.length === 0) return whole;
    const pins = new Set(keyed.flatMap((rows) => [...pinsTo(rows, outer)]));
    return { kind: 'keyed', sets: [], loose: new Set(), pins };
  }

  private part(part: Expression, outer: Outer): Rows {
    if (part.kind === 'unknown') return this.refuse(reasons.unknown(part.reason), part.position);
    if (part.kind !== 'subquery') return whole;
    const rows = this.query(part.query, outer);
    if (rows.kind !== 'keyed' || isPinned(rows, outer)) return rows;
    return this.refuse(reasons.subquery(this.keyName(rows)), part.position ?? part.query.position);
  }

  private isKeyInKeys(expression: Expression, outer: Outer): boolean {
    const [tested] = expression.parts;
    if (expression.kind !== 'subquery' || expression.test !== 'in' || tested === undefined) return false;
    const rows = this.query(expression.query, outer);
    const [column, ...more] = expression.query.columns;
    if (rows.kind !== 'keyed' || column === undefined || more.length > 0) return false;
    return isLoose(tested, outer) && rows.sets.some((set) => set.size === 1 && set.has(column));
  }

  /** Says of the problems that `look` finds that they are in another model's text. */
  within(model: string | undefined, look: () => Rows): Rows {
    const around = this.model;
    this.model = model ?? around;
    const rows = look();
    this.model = around;
    return rows;
  }

  refuse(reason: string, position: number | undefined): Rows {
    this.problems.push({ reason, position, ...(this.model === undefined ? {} : { model: this.model }) });
    return refused;
  }

  refuseJoin(left: Keys, right: Keys, position: number | undefined): Rows {
    const lost = [left, right].find(({ sets }) => sets.length === 0);
    if (lost !== undefined) return this.refuse(reasons.lost(this.partitionBy), lost.lostAt ?? position);
    return this.refuse(reasons.join(this.keyName(left), this.keyName(right)), position);
  }

  /** What the key is called here. */
  keyName(keys: Outer): string {
    const names = keys.sets.flatMap((set) => [...set].flatMap(({ name }) => name ?? []));
    return names[0] ?? this.partitionBy;
  }
}
