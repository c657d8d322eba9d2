import type { CheckedRule, ColumnOrigin, MetricExplanation, MetricPromise, NamedColumn } from '../build/explain.ts';
import { formatValue } from './print-number.ts';

type Language = 'en' | 'da';

/** A heading and its lines. */
type Section = readonly [title: string, lines: readonly string[]];

/** What stands behind metrics, one after another: for a terminal, or as Markdown. `lang` is that of their words. */
export function formatExplanation(
  explanations: readonly MetricExplanation[],
  { lang, isMarkdown }: { readonly lang: Language; readonly isMarkdown: boolean },
): string {
  return explanations
    .map((explanation) => (isMarkdown ? asMarkdown(explanation, lang) : asText(explanation, lang)))
    .join('\n');
}

function asText(explanation: MetricExplanation, lang: Language): string {
  const sections = sectionsOf(explanation, lang).map(
    ([title, lines]) => `${title}\n${lines.map((line) => `  ${line}\n`).join('')}`,
  );
  const queries = queriesOf(explanation).map(([title, sql]) => `\n${title}\n${sql}\n`);
  return `${titleOf(explanation, lang)}\n${explanation.file}\n\n${sections.join('\n')}${queries.join('')}`;
}

function asMarkdown(explanation: MetricExplanation, lang: Language): string {
  const sections = sectionsOf(explanation, lang).map(
    ([title, lines]) => `### ${title}\n\n${lines.map((line) => line.replace(/^( *)/, '$1- ')).join('\n')}\n`,
  );
  const head = `## ${titleOf(explanation, lang)}\n\nDefined in \`${explanation.file}\`.`;
  const queries = queriesOf(explanation).map(([title, sql]) => `\n### ${title}\n\n\`\`\`sql\n${sql}\n\`\`\`\n`);
  return `${head}\n\n${sections.join('\n')}${queries.join('')}`;
}

/** What is run, and what the build ran before. */
function queriesOf({ sql, buildSql }: MetricExplanation): readonly (readonly [title: string, sql: string])[] {
  const own = ['SQL', sql] as const;
  return buildSql === null ? [own] : [own, ['SQL by which the build computed these values', buildSql]];
}

function titleOf({ definition }: MetricExplanation, lang: Language): string {
  return `${definition.label[lang]} (${definition.name}, version ${definition.version})`;
}

/** Those that have something to say. */
function sectionsOf(explanation: MetricExplanation, lang: Language): readonly Section[] {
  const { definition, words, lineage, contracts, modelContracts } = explanation;
  const sections: readonly Section[] = [
    ['definition', [words[lang], definition.description[lang]].filter((text) => text !== '')],
    ['what it is', factsOf(explanation)],
    ['versions', definition.changes.map(versionOf)],
    ['targets', targetsOf(explanation)],
    ['made of', lineage === null ? ['not known: no build has written target/manifest.json'] : originsOf(lineage)],
    ['contracts', [...contracts.map(ruleOf), ...modelContracts.map(rulesOfModel)]],
  ];
  return sections.filter(([, lines]) => lines.length > 0);
}

function versionOf({ version, why, approvedBy }: MetricExplanation['definition']['changes'][number]): string {
  return `${version}: ${why}${approvedBy.length === 0 ? '' : ` (approved by ${approvedBy.join(', ')})`}`;
}

function factsOf({ definition }: MetricExplanation): string[] {
  const { type, unit, direction, owner, grains, dimensions, effectiveFrom, deprecatedOn } = definition;
  return [
    `${type.replaceAll('_', ' ')}, in ${unit}; ${direction === 'up' ? 'higher' : 'lower'} is better; ${owner} answers for it`,
    `by ${grains.join(', ')}${dimensions.length === 0 ? '' : `; parts: ${dimensions.join(', ')}`}`,
    ...(effectiveFrom === undefined ? [] : [`for periods that start on or after ${effectiveFrom}`]),
    ...(deprecatedOn === undefined ? [] : [`may be used until ${deprecatedOn}`]),
  ];
}

function targetsOf({ definition, promises }: MetricExplanation): string[] {
  const own =
    definition.target === undefined ? [] : [`${formatValue(definition.target, definition.unit)}, its own goal`];
  return [...promises.map((promise) => promiseOf(promise, definition.unit)), ...own];
}

function promiseOf(promise: MetricPromise, unit: MetricExplanation['definition']['unit']): string {
  const { agreement, target, grain, team, quarterStart, effectiveAt, supersededAt } = promise;
  const limits = [
    team === null ? '' : `team ${team}`,
    grain === null ? '' : `by ${grain}`,
    quarterStart === null ? '' : `in the quarter from ${quarterStart}`,
  ].filter((limit) => limit !== '');
  const until = supersededAt === null ? '' : ` to ${supersededAt}`;
  const scope = limits.length === 0 ? '' : `, ${limits.join(', ')}`;
  return `${formatValue(target, unit)}${scope}: promised by ${agreement}, in force from ${effectiveAt}${until}`;
}

/** The columns that a metric reads and those that no model makes, by their tables. */
function originsOf(lineage: readonly ColumnOrigin[]): string[] {
  const roots = lineage.flatMap(({ from }) => from);
  const doubts = [...new Set(lineage.flatMap(({ unknown }) => unknown))];
  return [
    ...byTable(lineage),
    ...(roots.length === 0 ? [] : ['which come from']),
    ...byTable(roots).map((line) => `  ${line}`),
    ...doubts.map((doubt) => `not known beyond ${doubt}`),
  ];
}

function byTable(columns: readonly NamedColumn[]): string[] {
  const tables = new Map<string, Set<string>>();
  for (const { table, column } of columns) tables.set(table, (tables.get(table) ?? new Set()).add(column));
  return [...tables]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([table, names]) => `${table}: ${[...names].sort().join(', ')}`);
}

function ruleOf({ rule, passed, severity, observed, expected }: CheckedRule): string {
  const state = passed ? 'holds' : severity === 'error' ? 'is broken' : 'is broken (a warning)';
  return `${rule} ${state}: ${observed}; expected ${expected}`;
}

function rulesOfModel({ model, rules, broken }: MetricExplanation['modelContracts'][number]): string {
  return broken === 0 ? `${model}: all ${rules} rules hold` : `${model}: ${broken} of ${rules} rules are broken`;
}
