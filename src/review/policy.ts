import type { Agreement, Side as SlaSide } from '../project/agreement.ts';
import type { Project } from '../project/project.ts';
import type { PolicyLevel, ReviewPolicy } from '../project/review-policy.ts';
import { termsOf } from './definitions/agreement-terms.ts';
import { schemaRules } from './definitions/models.ts';
import type { DataOutcome, DefinitionChange, PolicyRule, RestatedPeriod, Violation } from './types.ts';

export interface PolicyInput {
  /** Of the base: the head cannot excuse itself. */
  readonly policy: ReviewPolicy;
  readonly base: Project;
  readonly head: Project;
  readonly changes: readonly DefinitionChange[];
  readonly data: DataOutcome;
}

type Found = Omit<Violation, 'rule' | 'severity'>;

/** What the review policy asks for and is not there, in order of rule. Pure. */
export function violationsOf(input: PolicyInput): Violation[] {
  const { policy } = input;
  const rules: readonly [PolicyRule, PolicyLevel, (input: PolicyInput) => Found[]][] = [
    ['version_bump', policy.versionBump, withoutVersion],
    ['approvals', policy.approvals, withoutApproval],
    ['acknowledgements', policy.acknowledgements, withoutAcknowledgement],
    ['deprecation_dates', policy.deprecationDates, withoutDate],
  ];
  return rules.flatMap(([rule, level, find]) =>
    level === 'off' ? [] : find(input).map((found) => ({ rule, severity: level, ...found })),
  );
}

/** Definitions that others name by their version, changed where they stand. */
function withoutVersion(input: PolicyInput): Found[] {
  const { changes, base } = input;
  return changes.flatMap((change) => {
    const { kind, name, title, versionBefore, versionAfter } = change;
    if (change.change !== 'changed') return [];
    if (kind === 'metric' && change.class === 'breaking') return unversioned(change, input);
    if (versionBefore !== versionAfter) return [];
    const isPublic = base.models.some((model) => model.name === name && model.isPublic);
    const columns = change.fields.filter(({ rule }) => schemaRules.has(rule));
    if (kind !== 'model' || !isPublic || columns.length === 0) return [];
    return [
      at(change, {
        message: `${title} is published, and ${columns[0]?.words}${columns.length > 1 ? `, among ${columns.length} changes of its columns` : ''}`,
        fix: `Keep what it was as ${name}.v1.sql, write the new one as ${name}.v2.sql, and list both under versions in its .yml, with why.`,
      }),
    ];
  });
}

function unversioned(change: DefinitionChange, { head }: PolicyInput): Found[] {
  const { name, title, versionBefore, versionAfter, file } = change;
  const [was, is] = [versionBefore ?? 1, versionAfter ?? 1];
  if (is > was) return [];
  const highest = Math.max(was, ...head.metrics.filter((metric) => metric.name === name).map(({ version }) => version));
  const written = `write \`version: ${highest + 1}\`, and under changes \`- { version: ${highest + 1}, why: … }\``;
  return [
    at(change, {
      message:
        is < was
          ? `${title} goes back from version ${was} to version ${is}`
          : `${title} says something else and is still version ${is}`,
      fix:
        is < highest && is === was
          ? `Leave ${file} as it was: past periods were reviewed with it. What is to be another belongs into \`metrics/${name}.yml\`; there ${written}.`
          : `Keep what it was as \`metrics/${name}.v${was}.yml\`; in the changed file ${written}.`,
    }),
  ];
}

const sides: readonly SlaSide[] = ['marketing', 'sales'];

function withoutApproval({ changes, base, head }: PolicyInput): Found[] {
  return changes
    .filter((change) => change.kind === 'agreement' && change.class !== 'cosmetic')
    .flatMap((change): Found[] => {
      if (change.change === 'removed') return [removedAgreement(change)];
      const agreement = head.agreements.find(({ id }) => id === change.name);
      if (agreement === undefined) return [];
      const terms = termsOf(agreement);
      const missing = sides.filter((side) => !isApproved(agreement, side, terms));
      if (missing.length === 0) return [];
      const isOld = agreement.approvals.some(({ by }) => missing.includes(by));
      const lines = missing.map((side) => `\`- { by: ${side}, on: YYYY-MM-DD, terms: ${terms} }\``);
      const owners = missing.map((side) => `${agreement.owners[side].title} (${side})`).join(' and ');
      const newest = base.agreements.find(({ id }) => id === (change.previousName ?? change.name));
      const what = newest === undefined ? 'is new' : 'has other terms';
      return [
        at(change, {
          message: `${change.title} ${what}, and ${owners} ${missing.length === 1 ? 'has' : 'have'} not approved ${isOld ? 'them as they are now' : newest === undefined ? 'it' : 'them'}`,
          fix: `Once they agree, write under approvals in ${change.file}: ${lines.join(' and ')}`,
        }),
      ];
    });
}

function isApproved({ approvals }: Agreement, side: SlaSide, terms: string): boolean {
  return approvals.some((approval) => approval.by === side && approval.terms === terms);
}

function removedAgreement(change: DefinitionChange): Found {
  return at(change, {
    message: `${change.title} is taken away, and leads of its time are judged by another`,
    fix: 'Keep its file: an agreement ends by itself when the next one takes effect.',
  });
}

function withoutAcknowledgement({ data }: PolicyInput): Found[] {
  if (data.kind !== 'compared') return [];
  const open = data.restated.filter(
    ({ isPublished, isBeyondTolerance, isAcknowledged }) => isPublished && isBeyondTolerance && !isAcknowledged,
  );
  return [...groupBy(open, ({ period }) => period)].map(([period, restated]) => {
    const names = restated.map(({ label }) => label.en);
    const isGone = restated.every(({ after }) => after === null);
    const metric = restated.length === 1 ? ` --metric ${restated[0]?.metric}` : '';
    return {
      message: `${period} was published, and would ${isGone ? 'no longer show' : 'show something else of'} ${listed(names)}`,
      fix: `Build this change, run \`handover publish --period ${period}${metric} --acknowledge --reason "…" --by "…"\`, and commit metrics/published/restatements.csv.`,
      file: null,
      line: null,
    };
  });
}

/** What is gone or replaced was to be announced: who uses it must have had the time to leave it. */
function withoutDate({ changes, base, head }: PolicyInput): Found[] {
  return changes.flatMap((change) => {
    const { kind, name, title, previousName, versionBefore, versionAfter } = change;
    if (kind !== 'metric' && kind !== 'model') return [];
    const old = previousName ?? name;
    if (change.change === 'removed' || change.change === 'renamed') {
      if (isAnnounced(base, kind, old)) return [];
      const what = change.change === 'removed' ? 'is gone' : `was "${old}"`;
      const isSeen = kind === 'metric' || base.models.some((model) => model.name === old && model.isPublic);
      if (!isSeen) return [];
      return [
        at(change, {
          message: `${title} ${what}, and nothing said that it would go`,
          fix: `Keep "${old}" for a while with \`deprecated_on: YYYY-MM-DD\`, the last day on which it may be used.`,
        }),
      ];
    }
    if (versionBefore === null || versionAfter === null || versionAfter <= versionBefore) return [];
    // The earlier version stays in force for what came before.
    if (kind === 'metric' && change.effectiveFrom !== null) return [];
    if (isAnnounced(head, kind, name, versionBefore) || isAnnounced(base, kind, name, versionBefore)) return [];
    return [
      at(change, {
        message: `version ${versionBefore} of ${title} is replaced, and nothing says until when it may be used`,
        fix:
          kind === 'model'
            ? 'Keep it with `deprecated_on: YYYY-MM-DD`.'
            : `Keep it as \`metrics/${name}.v${versionBefore}.yml\` with \`deprecated_on: YYYY-MM-DD\`; or give version ${versionAfter} an \`effective_from\`, so that earlier periods keep their version.`,
      }),
    ];
  });
}

/** Whether a metric or model, in one version or in all, has a last day. */
function isAnnounced(project: Project, kind: 'metric' | 'model', name: string, version?: number): boolean {
  const dates =
    kind === 'metric'
      ? project.metrics
          .filter((metric) => metric.name === name && (version === undefined || metric.version === version))
          .map(({ deprecatedOn }) => deprecatedOn)
      : project.models
          .filter((model) => [model.name, model.base].includes(name) && model.aliasOf === undefined)
          .filter((model) => version === undefined || model.version?.number === version)
          .map((model) => model.version?.deprecatedOn);
  return dates.length > 0 && dates.every((date) => date !== undefined);
}

function at({ file, line }: DefinitionChange, found: Pick<Violation, 'message' | 'fix'>): Found {
  return { ...found, file, line };
}

const mostNamed = 3;

function listed(names: readonly string[]): string {
  // Labels hold commas themselves.
  const shown = names.slice(0, mostNamed).join('; ');
  return names.length > mostNamed ? `${shown}; and ${names.length - mostNamed} more` : shown;
}

function groupBy(
  items: readonly RestatedPeriod[],
  keyOf: (item: RestatedPeriod) => string,
): Map<string, RestatedPeriod[]> {
  const groups = new Map<string, RestatedPeriod[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
