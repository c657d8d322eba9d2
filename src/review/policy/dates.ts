import { dirname } from 'node:path/posix';
import type { Project } from '../../project/project.ts';
import type { DefinitionChange } from '../types.ts';
import { type Missing, missingAt, type PolicyInput } from './policy.ts';

/** What is gone, replaced or named otherwise before a last day that was announced. */
export function withoutDate(input: PolicyInput): Missing[] {
  return input.changes.flatMap((change) => {
    const { kind } = change;
    if (kind !== 'metric' && kind !== 'model') return [];
    if (change.change === 'removed' || change.change === 'renamed') return goneWhole(change, kind, input);
    if (change.change !== 'changed') return [];
    return kind === 'metric' ? goneVersions(change, input) : replaced(change, kind, input);
  });
}

/** Under the old name nobody finds it any more. */
function goneWhole(change: DefinitionChange, kind: 'metric' | 'model', { base, today }: PolicyInput): Missing[] {
  const { name, title, previousName } = change;
  const old = previousName ?? name;
  const isSeen = kind === 'metric' || base.models.some((model) => model.name === old && model.isPublic);
  const early = isSeen ? tooEarly(lastDays(base, kind, old), today) : undefined;
  if (early === undefined) return [];
  return [
    missingAt(change, {
      message: `${title} ${change.change === 'removed' ? 'is gone' : `was "${old}"`}, and ${early}`,
      fix: `Keep "${old}" for a while with \`deprecated_on: YYYY-MM-DD\`, the last day on which it may be used.`,
    }),
  ];
}

function goneVersions(change: DefinitionChange, input: PolicyInput): Missing[] {
  const { base, head, today } = input;
  const { name, title, file } = change;
  const isKept = (version: number): boolean =>
    head.metrics.some((metric) => metric.name === name && metric.version === version);
  const gone = base.metrics.filter((metric) => metric.name === name && !isKept(metric.version));
  const missing = gone.flatMap(({ version, deprecatedOn }): Missing[] => {
    const early = tooEarly([deprecatedOn], today);
    if (early === undefined) return [];
    return [
      missingAt(change, {
        message: `version ${version} of ${title} is gone, and ${early}`,
        fix: `Keep it as \`${dirname(file)}/${name}.v${version}.yml\`, with \`deprecated_on: YYYY-MM-DD\` where the later one is for all periods.`,
      }),
    ];
  });
  return [...missing, ...replaced(change, 'metric', input)];
}

/** An earlier version that is kept, and that a later one takes the place of in all periods. */
function replaced(change: DefinitionChange, kind: 'metric' | 'model', { base, head }: PolicyInput): Missing[] {
  const { name, title, versionBefore, versionAfter, effectiveFrom, file } = change;
  if (versionBefore === null || versionAfter === null || versionAfter <= versionBefore) return [];
  // It stays in force for what came before.
  if (kind === 'metric' && effectiveFrom !== null) return [];
  const days = lastDays(head, kind, name, versionBefore);
  if (days.length === 0 || days.every((day) => day !== undefined)) return [];
  if (lastDays(base, kind, name, versionBefore).some((day) => day !== undefined)) return [];
  return [
    missingAt(change, {
      message: `version ${versionBefore} of ${title} is replaced, and nothing says until when it may be used`,
      fix:
        kind === 'model'
          ? 'Keep it with `deprecated_on: YYYY-MM-DD`.'
          : `Write \`deprecated_on: YYYY-MM-DD\` in \`${dirname(file)}/${name}.v${versionBefore}.yml\`; or give version ${versionAfter} an \`effective_from\`, so that earlier periods keep their version.`,
    }),
  ];
}

/** Undefined: all of them may go. */
function tooEarly(days: readonly (string | undefined)[], today: string): string | undefined {
  if (days.length === 0 || days.includes(undefined)) return 'nothing said that it would go';
  const last =
    days
      .filter((day) => day !== undefined)
      .sort()
      .at(-1) ?? '';
  return last < today ? undefined : `it was to be there until ${last}`;
}

/** The last day of each version, or of one; undefined: none is set. */
function lastDays(
  project: Project,
  kind: 'metric' | 'model',
  name: string,
  version?: number,
): readonly (string | undefined)[] {
  if (kind === 'metric') {
    return project.metrics
      .filter((metric) => metric.name === name && (version === undefined || metric.version === version))
      .map(({ deprecatedOn }) => deprecatedOn);
  }
  return project.models
    .filter((model) => [model.name, model.base].includes(name) && model.aliasOf === undefined)
    .filter((model) => version === undefined || model.version?.number === version)
    .map((model) => model.version?.deprecatedOn);
}
