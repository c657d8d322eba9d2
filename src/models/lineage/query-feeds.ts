import { everyPart } from './expressions.ts';
import { doubtful, type Feed, feedOf, fieldFeed, isWithin, merge, mix, noFeed, structFeed } from './feed.ts';
import type { Column, Expression, Query, Recursion, Relation, Select, SetOperation } from './resolved.ts';

/** What feeds each column of a query, and what decides which rows there are. */
export interface QueryFeeds {
  readonly columns: readonly Feed[];
  readonly rows: Feed;
}

/** Follows columns through a resolved query. One reader for one statement. */
export class FeedReader {
  /** Tables read so far, by key. */
  readonly tables = new Set<string>();
  private readonly ofColumns = new Map<Column, Feed>();
  private ofQueries = new Map<Query, QueryFeeds>();

  /** `isLast`: nothing reads the query, so that its order alone decides nothing. */
  query(query: Query, isLast = false): QueryFeeds {
    const known = this.ofQueries.get(query);
    if (known !== undefined) return known;
    const feeds = query.kind === 'recursion' ? this.recursion(query) : this.body(query, isLast);
    this.ofQueries.set(query, feeds);
    return feeds;
  }

  private body(query: Select | SetOperation, isLast: boolean): QueryFeeds {
    const { columns, rows } = query.kind === 'select' ? this.select(query) : this.setOperation(query);
    const isCut = query.limits.length > 0 || (query.distinct !== undefined && query.distinct !== 'all');
    const deciding = [
      ...(isCut || !isLast ? query.orders : []),
      ...query.limits,
      ...(query.distinct === undefined || query.distinct === 'all' ? [] : query.distinct),
    ];
    const distinct = query.distinct === 'all' ? columns : [];
    return { columns, rows: mix([rows, ...distinct, ...deciding.map((part) => this.value(part))]) };
  }

  private select(select: Select): QueryFeeds {
    const from = this.relation(select.from);
    const columns = select.values.map((value) => this.value(value));
    const unnested = select.values.flatMap(everyPart).filter((part) => part.kind === 'unnest');
    const deciding = [select.where, ...(select.groups ?? []), select.having, select.qualify, ...unnested];
    return { columns, rows: mix([from, ...deciding.map((part) => (part === undefined ? noFeed : this.value(part)))]) };
  }

  private setOperation(set: SetOperation): QueryFeeds {
    const [left, right] = [this.query(set.left), this.query(set.right)];
    const columns = set.places.map((place) =>
      merge([left.columns[place.left ?? -1] ?? noFeed, right.columns[place.right ?? -1] ?? noFeed]),
    );
    for (const [index, column] of set.columns.entries()) this.ofColumns.set(column, columns[index] ?? noFeed);
    const comparesRows = set.operation !== 'union' || !set.keepsDuplicates;
    return { columns, rows: mix([left.rows, right.rows, ...(comparesRows ? columns : [])]) };
  }

  /** The step is followed until it adds nothing. */
  private recursion(query: Recursion): QueryFeeds {
    const first = this.query(query.first);
    const before = new Map(this.ofQueries);
    let feeds = first;
    for (;;) {
      this.ofQueries = new Map(before).set(query, feeds);
      const step = this.query(query.step);
      const columns = feeds.columns.map((feed, index) => merge([feed, step.columns[index] ?? noFeed]));
      const compared = query.keepsDuplicates ? [] : columns;
      const next = { columns, rows: mix([feeds.rows, step.rows, ...compared]) };
      const isDone =
        isWithin(next.rows, feeds.rows) &&
        next.columns.every((feed, at) => isWithin(feed, feeds.columns[at] ?? noFeed));
      if (isDone) return next;
      feeds = next;
    }
  }

  /** What decides which rows a relation has; what feeds its columns is kept. */
  private relation(relation: Relation): Feed {
    const keep = (feeds: readonly Feed[]) => {
      for (const [index, column] of relation.columns.entries()) this.ofColumns.set(column, feeds[index] ?? noFeed);
    };
    switch (relation.kind) {
      case 'nothing':
        return noFeed;
      case 'table':
        this.tables.add(relation.table);
        keep(relation.names.map((column) => feedOf({ table: relation.table, column })));
        return noFeed;
      case 'query': {
        const feeds = this.query(relation.query);
        keep(feeds.columns);
        return feeds.rows;
      }
      case 'rows': {
        keep(relation.cells.map((cells) => merge(cells.map((cell) => this.value(cell)))));
        return relation.name === 'values' ? noFeed : mix(relation.arguments.map((part) => this.value(part)));
      }
      case 'unpivot': {
        const rows = this.relation(relation.source);
        const feeds = relation.feeds.map((columns) => merge([noFeed, ...columns.map((column) => this.column(column))]));
        keep(feeds);
        // Rows whose value is null are left out.
        return mix([rows, ...feeds]);
      }
      case 'join': {
        const sides = [this.relation(relation.left), this.relation(relation.right)];
        return mix([...sides, relation.condition === undefined ? noFeed : this.value(relation.condition)]);
      }
      case 'sample':
        return this.relation(relation.of);
      case 'unknown':
        return mix([doubtful(relation.reason), ...relation.sources.map((source) => this.relation(source))]);
    }
  }

  private column(column: Column): Feed {
    return this.ofColumns.get(column) ?? doubtful(`column "${column.name ?? ''}" is read before it is made`);
  }

  private value(expression: Expression): Feed {
    const values = (parts: readonly Expression[]) => parts.map((part) => this.value(part));
    switch (expression.kind) {
      case 'column':
        return this.column(expression.column);
      case 'row':
        return structFeed(expression.columns.map((column) => [column.name ?? '', this.column(column)]));
      case 'field':
        return fieldFeed(merge(values(expression.parts)), expression.name);
      case 'struct':
        return structFeed(values(expression.parts).map((feed, index) => [expression.names[index] ?? '', feed]));
      case 'list':
      case 'coalesce':
      case 'unnest':
        return merge([noFeed, ...values(expression.parts)]);
      case 'call':
      case 'aggregate':
      case 'window': {
        const deciding = expression.parts.filter((part) => !expression.passes.includes(part));
        return merge([...values(expression.passes), mix(values(deciding))]);
      }
      case 'subquery':
        return this.subquery(expression);
      case 'unknown':
        return doubtful(expression.reason);
      default:
        return mix(values(expression.parts));
    }
  }

  private subquery(expression: Extract<Expression, { kind: 'subquery' }>): Feed {
    const { columns, rows } = this.query(expression.query);
    if (expression.test === 'exists') return rows;
    const compared = mix([rows, ...expression.parts.map((part) => this.value(part))]);
    return expression.test === 'scalar' ? merge([...columns, compared]) : mix([...columns, compared]);
  }
}
