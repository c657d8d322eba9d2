import type { Condition } from './agreement.ts';
import type { YamlPath } from './yaml-file.ts';

/** Reports a mistake at a path of the agreement's file. */
export type Report = (
  code: string,
  message: string,
  path: YamlPath,
  help?: { expected?: string | undefined; fix?: string | undefined; part?: 'key' },
) => void;

export function checkConditions(conditions: readonly Condition[], report: Report): void {
  checkListed(conditions, report);
  for (const low of conditions) {
    for (const high of conditions) {
      if (low.operator !== 'at_least' || high.operator !== 'at_most' || low.attribute !== high.attribute) continue;
      if (low.number <= high.number) continue;
      const message = `"${low.attribute}" cannot be at least ${low.number} and at most ${high.number}`;
      report('impossible-condition', message, low.path);
    }
  }
}

/** Of the values listed, none is a number in the range that the other tests leave. */
function checkListed(conditions: readonly Condition[], report: Report): void {
  for (const listed of conditions) {
    if (listed.operator !== 'in') continue;
    const bounds = conditions.filter(({ attribute }) => attribute === listed.attribute);
    if (listed.values.some((value) => bounds.every((bound) => allows(bound, value)))) continue;
    const message = `"${listed.attribute}" cannot be any of ${listed.values.join(', ')} and pass the tests beside it`;
    report('impossible-condition', message, listed.path);
  }
}

function allows(bound: Condition, value: string): boolean {
  if (bound.operator === 'at_least') return Number(value) >= bound.number;
  return bound.operator !== 'at_most' || Number(value) <= bound.number;
}

export function checkTwins(
  names: readonly string[],
  kind: string,
  pathOf: (index: number) => YamlPath,
  report: Report,
): void {
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) === index) continue;
    report(`duplicate-${kind.replace(' ', '-')}`, `${kind} "${name}" twice`, pathOf(index), {
      fix: 'Remove one of them.',
    });
  }
}
