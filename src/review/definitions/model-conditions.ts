import { isNode, nodesOf, type SyntaxNode, textOf, textsOf } from '../../models/lineage/tree.ts';
import { canonical } from './fields.ts';
import { everyNode, withoutPlaces } from './model-tree.ts';

/** A condition that one of two statements holds its rows to, as SQL where it is short and plain. */
export interface ConditionChange {
  readonly change: 'added' | 'removed';
  readonly sql: string | undefined;
}

/** The conditions of WHERE, HAVING and QUALIFY that only one statement has. For words: it proves nothing. Pure. */
export function changedConditions(before: unknown, after: unknown): ConditionChange[] {
  const [old, now] = [conditionsOf(before), conditionsOf(after)];
  const only = (ours: readonly SyntaxNode[], others: readonly SyntaxNode[]): SyntaxNode[] => {
    const left = others.map((part) => canonical(withoutPlaces(part)));
    return ours.filter((part) => {
      const place = left.indexOf(canonical(withoutPlaces(part)));
      if (place >= 0) left.splice(place, 1);
      return place < 0;
    });
  };
  return [
    ...only(old, now).map((node) => ({ change: 'removed' as const, sql: sqlOf(node) })),
    ...only(now, old).map((node) => ({ change: 'added' as const, sql: sqlOf(node) })),
  ];
}

function conditionsOf(statement: unknown): SyntaxNode[] {
  return everyNode(statement)
    .filter(({ type }) => type === 'SELECT_NODE')
    .flatMap((select) => [select.where_clause, select.having, select.qualify])
    .flatMap((clause) => (isNode(clause) ? conjuncts(clause) : []));
}

function conjuncts(node: SyntaxNode): readonly SyntaxNode[] {
  return node.type === 'CONJUNCTION_AND' ? nodesOf(node.children).flatMap(conjuncts) : [node];
}

const comparisons: ReadonlyMap<unknown, string> = new Map([
  ['COMPARE_EQUAL', '='],
  ['COMPARE_NOTEQUAL', '<>'],
  ['COMPARE_LESSTHAN', '<'],
  ['COMPARE_LESSTHANOREQUALTO', '<='],
  ['COMPARE_GREATERTHAN', '>'],
  ['COMPARE_GREATERTHANOREQUALTO', '>='],
  ['COMPARE_DISTINCT_FROM', 'is distinct from'],
  ['COMPARE_NOT_DISTINCT_FROM', 'is not distinct from'],
]);

/** SQL of a plain expression; undefined of any other, which is then only spoken of. */
function sqlOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  const parts = (list: unknown): readonly string[] | undefined => {
    const found = nodesOf(list).map(sqlOf);
    return found.every((part) => part !== undefined) ? found : undefined;
  };
  const fill = (list: unknown, write: (texts: readonly string[]) => string): string | undefined => {
    const texts = parts(list);
    return texts && write(texts);
  };
  switch (node.class) {
    case 'COLUMN_REF':
      return textsOf(node.column_names).join('.');
    case 'CONSTANT':
      return constantSql(node.value);
    case 'COMPARISON':
      return fill([node.left, node.right], ([left, right]) => `${left} ${comparisons.get(node.type)} ${right}`);
    case 'BETWEEN':
      return fill([node.input, node.lower, node.upper], ([of, from, to]) => `${of} between ${from} and ${to}`);
    case 'CAST':
      return fill(
        [node.child],
        ([of]) => `${of}::${textOf(isNode(node.cast_type) ? node.cast_type.id : '').toLowerCase()}`,
      );
    case 'CONJUNCTION':
      return fill(node.children, (texts) => `(${texts.join(node.type === 'CONJUNCTION_OR' ? ' or ' : ' and ')})`);
    case 'OPERATOR':
      return fill(node.children, (texts) => operatorSql(node.type, texts) ?? '') || undefined;
    case 'FUNCTION':
      return callSql(node, parts(node.children));
    default:
      return undefined;
  }
}

function operatorSql(type: unknown, [of = '', ...others]: readonly string[]): string | undefined {
  switch (type) {
    case 'OPERATOR_IS_NULL':
      return `${of} is null`;
    case 'OPERATOR_IS_NOT_NULL':
      return `${of} is not null`;
    case 'OPERATOR_NOT':
      return `not ${of}`;
    case 'COMPARE_IN':
      return `${of} in (${others.join(', ')})`;
    case 'COMPARE_NOT_IN':
      return `${of} not in (${others.join(', ')})`;
    case 'OPERATOR_COALESCE':
      return `coalesce(${[of, ...others].join(', ')})`;
    default:
      return undefined;
  }
}

function callSql(node: SyntaxNode, parts: readonly string[] | undefined): string | undefined {
  const name = textOf(node.function_name);
  const isPlain = node.distinct === false && node.filter === null && textOf(node.schema) === '';
  if (parts === undefined || !isPlain) return undefined;
  if (name === 'count_star') return 'count(*)';
  const sign = name === '~~' ? 'like' : name;
  return node.is_operator === true && parts.length === 2
    ? `${parts[0]} ${sign} ${parts[1]}`
    : `${name}(${parts.join(', ')})`;
}

function constantSql(value: unknown): string | undefined {
  if (!isNode(value)) return undefined;
  if (value.is_null === true) return 'null';
  if (typeof value.value === 'string') return `'${value.value.replaceAll("'", "''")}'`;
  if (typeof value.value === 'boolean') return String(value.value);
  const type = isNode(value.type) ? value.type : {};
  if (typeof value.value !== 'number') return undefined;
  if (type.id !== 'DECIMAL') return String(value.value);
  const scale = isNode(type.type_info) ? type.type_info.scale : undefined;
  return typeof scale === 'number' ? (value.value / 10 ** scale).toFixed(scale) : undefined;
}
