import { dirname } from 'node:path/posix';
import { schemaRules } from '../definitions/models.ts';
import type { DataOutcome, DefinitionChange } from '../types.ts';
import { type Missing, missingAt, type PolicyInput } from './policy.ts';

/** Definitions that say something else under the same version, and models that do without a word of why. */
export function withoutVersion(input: PolicyInput): Missing[] {
  return input.changes.flatMap((change) => {
    if (change.change !== 'changed' || change.class !== 'breaking') return [];
    if (change.kind === 'metric') return sameMetric(change, input);
    return change.kind === 'model' ? sameModel(change, input) : [];
  });
}

/** Rules of which the date of an earlier version decides. */
const versionRules: ReadonlySet<string> = new Set(['metric-version-dropped']);

function sameMetric(change: DefinitionChange, { head }: PolicyInput): Missing[] {
  const { name, title, versionBefore, versionAfter, file, fields } = change;
  const [was, is] = [versionBefore ?? 1, versionAfter ?? 1];
  const isOther = fields.some(({ rule, class: kind }) => kind === 'breaking' && !versionRules.has(rule));
  if (is > was || !isOther) return [];
  const highest = Math.max(was, ...head.metrics.filter((metric) => metric.name === name).map(({ version }) => version));
  const next = highest + 1;
  const folder = dirname(file);
  const written = `write \`version: ${next}\` and \`effective_from: YYYY-MM-DD\`, the first day that it is for, and under changes \`- { version: ${next}, why: … }\``;
  return [
    missingAt(change, {
      message:
        is < was
          ? `${title} goes back from version ${was} to version ${is}`
          : `${title} says something else and is still version ${is}`,
      fix:
        is < highest && is === was
          ? `Leave ${file} as it was: past periods were reviewed with it. What is to be another belongs into \`${folder}/${name}.yml\`; there ${written}.`
          : `Keep what it was as \`${folder}/${name}.v${was}.yml\`; in the changed file ${written}.`,
    }),
  ];
}

function sameModel(change: DefinitionChange, input: PolicyInput): Missing[] {
  const { name, title, fields, versionBefore, versionAfter, file } = change;
  if (versionBefore !== versionAfter) return [];
  const isPublic = input.base.models.some((model) => model.name === name && model.isPublic);
  const columns = isPublic ? fields.filter(({ rule }) => schemaRules.has(rule)) : [];
  if (columns.length > 0) {
    const more = columns.length > 1 ? `, among ${columns.length} changes of its columns` : '';
    return [
      missingAt(change, {
        message: `${title} is published, and ${columns[0]?.words}${more}`,
        fix: `Keep what it was as \`${name}.v1.sql\`, write the new one as \`${name}.v2.sql\`, and list both under \`versions\` in its .yml, each with \`change\` and \`why\`; a version names the columns that it lacks under \`without\`, and no rule of the model may ask for them (docs/models.md, Versions).`,
      }),
    ];
  }
  if (!fields.some(({ rule }) => sqlRules.has(rule)) || !makesOther(name, isPublic, input.data)) return [];
  if (hasNewLine(name, input)) return [];
  return [
    missingAt(change, {
      message: `${title} makes other rows or values, and nothing says why`,
      fix: `Write under \`changes\` in ${file.replace(/(\.v\d+)?\.(sql|yml)$/, '.yml')}: \`- { on: YYYY-MM-DD, why: … }\`.`,
    }),
  ];
}

const sqlRules: ReadonlySet<string> = new Set(['model-sql-rows', 'model-sql-columns']);

/** Whether readers see anything of it; where no values were compared, nobody can say that they do not. */
function makesOther(name: string, isPublic: boolean, data: DataOutcome): boolean {
  // What could not be built made no numbers.
  if (data.kind === 'failed' && data.side === 'base') return false;
  if (data.kind !== 'compared') return true;
  const rows = data.rows.find(({ model }) => model === name);
  const isOther = rows === undefined || rows.onlyBefore + rows.onlyAfter + (rows.changed ?? 0) > 0;
  const isSeen = data.flips.verdicts > 0 || data.metrics.some(({ changed }) => changed > 0);
  // Rows of what is kept are compared; of what is not, only what comes of it.
  return rows === undefined ? isSeen : isOther && (isPublic || isSeen);
}

function hasNewLine(name: string, { base, head }: PolicyInput): boolean {
  const linesOf = ({ models }: PolicyInput['base']) => models.find((model) => model.name === name)?.changes ?? [];
  const known = linesOf(base);
  return linesOf(head).some((line) => !known.some(({ on, why }) => on === line.on && why === line.why));
}
