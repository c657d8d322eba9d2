import type { Column, Expression } from './resolved.ts';

export function columnExpression(column: Column, position?: number): Expression {
  return { kind: 'column', column, parts: [], position };
}

export function constant(position?: number): Expression {
  return { kind: 'constant', parts: [], position };
}

export function unknown(reason: string, position?: number): Expression {
  return { kind: 'unknown', reason, parts: [], position };
}

/** The conditions that must all hold for an expression to hold. */
export function conjuncts(expression: Expression | undefined): readonly Expression[] {
  if (expression === undefined) return [];
  return expression.kind === 'and' ? expression.parts.flatMap(conjuncts) : [expression];
}

/** An expression and all below it, without those of subqueries. */
export function everyPart(expression: Expression): readonly Expression[] {
  const parts: Expression[] = [];
  const take = (part: Expression): void => {
    parts.push(part);
    for (const inner of part.parts) take(inner);
  };
  take(expression);
  return parts;
}

/** Whether it aggregates the rows of its own query. */
export function aggregates(expression: Expression): boolean {
  return everyPart(expression).some((part) => part.kind === 'aggregate');
}

/** Whether two expressions are the same, as GROUP BY compares them. Only columns and COALESCE over them are looked at. */
export function sameExpression(left: Expression, right: Expression): boolean {
  if (left.kind === 'column' && right.kind === 'column') return left.column === right.column;
  if (left.kind !== 'coalesce' || right.kind !== 'coalesce' || left.parts.length !== right.parts.length) return false;
  return left.parts.every((part, index) => {
    const other = right.parts[index];
    return other !== undefined && sameExpression(part, other);
  });
}

/** The fields of a struct that an expression is known to be; `list`: of the elements of the list that it is. */
export interface Shape {
  readonly list: boolean;
  /** Undefined for a list of what is no struct. */
  readonly fields: readonly { readonly name: string; readonly value: Expression }[] | undefined;
}

/** What can be told of an expression's type from the way it was made; undefined when nothing can. */
export function shapeOf(expression: Expression | undefined): Shape | undefined {
  if (expression === undefined) return undefined;
  if (expression.kind === 'struct') return { list: false, fields: fieldsOf(expression) };
  if (expression.kind === 'list') {
    const first = expression.parts[0];
    return { list: true, fields: first === undefined ? undefined : shapeOf(first)?.fields };
  }
  if (expression.kind === 'column') return shapeOf(expression.column.value);
  if (expression.kind === 'unnest') {
    const shape = shapeOf(expression.parts[0]);
    return shape?.list ? { list: false, fields: shape.fields } : undefined;
  }
  if (expression.kind === 'row') {
    const fields = expression.columns.map((column) => ({ name: column.name ?? '', value: columnExpression(column) }));
    return { list: false, fields };
  }
  if (expression.kind === 'field') {
    const { name } = expression;
    const fields = shapeOf(expression.parts[0])?.fields;
    return shapeOf(fields?.find((field) => field.name.toLowerCase() === name.toLowerCase())?.value);
  }
  return expression.kind === 'aggregate' || expression.kind === 'window' ? shapeOf(expression.passes[0]) : undefined;
}

function fieldsOf(struct: Extract<Expression, { kind: 'struct' }>): Shape['fields'] {
  return struct.parts.map((value, index) => ({ name: struct.names[index] ?? '', value }));
}
