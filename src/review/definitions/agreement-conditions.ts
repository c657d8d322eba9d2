import { readable } from '../../agreement/document-conditions.ts';
import { inDigits, listOf } from '../../agreement/document-format.ts';
import type { Condition, Side } from '../../project/agreement.ts';
import { type Burden, type Phrases, part, type Term } from './agreement-term.ts';

/** Where conditions stand, and who meets them. */
interface Tested {
  readonly field: string;
  readonly path: string;
  /** `an ideal customer`, `a lead of the tier "demo"` */
  readonly who: string;
  /** `(first_response/demo)` or empty. */
  readonly clause: string;
  /** The side that finds it harder when fewer leads meet them. */
  readonly side?: Side;
}

/** Conditions that must all hold, each by its attribute and test: their order means nothing. */
export function conditionTerms(conditions: readonly Condition[], tested: Tested): Term[] {
  return conditions.map((condition): Term => {
    const { attribute, operator } = condition;
    const twins = conditions.filter((other) => other.attribute === attribute && other.operator === operator);
    const burden = burdenOf(condition, tested.side);
    const path = `${tested.path}.${part(attribute)}.${operator}`;
    return {
      path: twins.length === 1 ? path : `${path}.${part(rawText(condition))}`,
      field: tested.field,
      value: testedValue(condition),
      text: testText(condition),
      phrases: phrasesOf(condition, tested),
      ...(burden === undefined ? {} : { burden }),
    };
  });
}

function phrasesOf(condition: Condition, { who, clause }: Tested): Phrases {
  const [text, name] = [testText(condition), readable(condition.attribute, 'subjects', 'en')];
  const end = clause === '' ? '' : ` ${clause}`;
  if (condition.operator === 'in' || condition.operator === 'filled') {
    const whose = `the ${name} of ${who}`;
    return {
      added: `${whose} is ${text}${end}`,
      removed: `${whose} need no longer be ${text}${end}`,
      changed: (from) => `${whose} is ${text} instead of ${from}${end}`,
    };
  }
  return {
    added: `${who} has ${text} by ${name}${end}`,
    removed: `${who} need no longer have ${text} by ${name}${end}`,
    changed: (from) => `${who} has ${text} instead of ${from.split(' ').at(-1) ?? from} by ${name}${end}`,
  };
}

/** Conditions as what tells one entry of a list from another. */
export function keyOf(conditions: readonly Condition[]): string {
  const tests = conditions.map((condition) => `${condition.attribute} ${condition.operator} ${rawText(condition)}`);
  return part(tests.sort().join(' and ').trim());
}

/** What is compared: listed values in any order. */
function testedValue(condition: Condition): unknown {
  if (condition.operator === 'in') return [...new Set(condition.values)].sort();
  return condition.operator === 'filled' ? true : condition.number;
}

/** `at least 50`, `DK or SE`, `filled in` */
function testText(condition: Condition): string {
  switch (condition.operator) {
    case 'in':
      return listOf([...new Set(condition.values)].sort(), 'or', 'en');
    case 'at_least':
      return `at least ${inDigits(condition.number, 'en')}`;
    case 'at_most':
      return `at most ${inDigits(condition.number, 'en')}`;
    case 'filled':
      return 'filled in';
  }
}

function rawText(condition: Condition): string {
  const value = testedValue(condition);
  return Array.isArray(value) ? value.join('|') : String(value);
}

function burdenOf(condition: Condition, side: Side | undefined): Burden | undefined {
  if (side === undefined) return undefined;
  switch (condition.operator) {
    case 'in':
      return { side, amount: new Set(condition.values), otherwise: 'all', eases: true };
    case 'at_least':
      return { side, amount: condition.number, otherwise: Number.NEGATIVE_INFINITY };
    case 'at_most':
      return { side, amount: -condition.number, otherwise: Number.NEGATIVE_INFINITY };
    case 'filled':
      return { side, amount: 1, otherwise: 0 };
  }
}
