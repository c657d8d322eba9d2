import { isClockWord } from '../../warehouse/functions.ts';
import { columnExpression, constant, unknown } from './expressions.ts';
import type { Expression } from './resolved.ts';
import { columnOf, doubtOf, findBinding, findColumn, type Scope } from './scope.ts';

/**
 * What a name means: `a` a column, an alias or a whole row, `a.b` a column of a relation or a field of a column. The
 * innermost query that knows it decides.
 */
export function resolveName(names: readonly string[], position: number | undefined, scope: Scope): Expression {
  const [name = ''] = names;
  if (scope.parameters.has(name.toLowerCase())) return constant(position);
  for (let current: Scope | undefined = scope; current !== undefined; current = current.outer) {
    const found = resolveHere(names, position, current);
    if (found !== undefined) return found;
  }
  if (names.length === 1 && isClockWord(name)) return constant(position);
  return unknown(`no column "${names.join('.')}" is in sight`, position);
}

function resolveHere(names: readonly string[], position: number | undefined, scope: Scope): Expression | undefined {
  return qualified(names, position, scope) ?? unqualified(names, position, scope);
}

/** `relation.column`, with a schema and a catalog before it or none, and fields after it. */
function qualified(names: readonly string[], position: number | undefined, scope: Scope): Expression | undefined {
  for (const place of [0, 1, 2]) {
    const binding = findBinding(scope, names[place] ?? '');
    const name = names[place + 1];
    if (binding === undefined || name === undefined) continue;
    const column = columnOf(binding, name);
    if (column !== undefined) return fields(columnExpression(column, position), names.slice(place + 2));
    if (binding.open !== undefined) return unknown(binding.open, position);
  }
  return undefined;
}

/** `column` or `alias` with fields after it, or a relation as a whole. A column wins over an alias. */
function unqualified(names: readonly string[], position: number | undefined, scope: Scope): Expression | undefined {
  const [name = '', ...rest] = names;
  const found = findColumn(scope, name);
  if (found !== undefined) {
    if ('doubt' in found) return unknown(found.doubt, position);
    return fields('column' in found ? columnExpression(found.column, position) : found.expression, rest);
  }
  const doubt = doubtOf(scope);
  if (doubt !== undefined) return unknown(doubt, position);
  const alias = scope.aliases.get(name.toLowerCase());
  if (alias !== undefined) return fields(alias, rest);
  const binding = rest.length === 0 ? findBinding(scope, name) : undefined;
  return (
    binding && {
      kind: 'row',
      columns: binding.columns,
      parts: binding.columns.map((column) => columnExpression(column)),
      position,
    }
  );
}

function fields(of: Expression, names: readonly string[]): Expression {
  return names.reduce<Expression>(
    (struct, name) => ({ kind: 'field', name, parts: [struct], position: struct.position }),
    of,
  );
}
