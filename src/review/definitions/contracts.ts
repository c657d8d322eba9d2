import type { Metric } from '../../project/metric.ts';
import type { ModelFile } from '../../project/model-file.ts';
import type { Project } from '../../project/project.ts';
import type { DefinitionChange } from '../types.ts';
import { askedField, contractDifferences } from './contracts-asked.ts';
import { compareDefaults, type OfDefaults } from './contracts-defaults.ts';
import { type ContractContext, metricRuleFields } from './contracts-metric-fields.ts';
import { modelRuleFields } from './contracts-model-fields.ts';
import { contractWords } from './contracts-words.ts';
import { type About, byName, definitionChange } from './definition-change.ts';
import { differencesOf, type Field, type FieldDifference, toFieldChange } from './fields.ts';
import { labelsOf, matchedMetrics } from './metrics.ts';
import type { MetricMatch } from './metrics-pairs.ts';
import { counted } from './metrics-phrases.ts';
import { contractRules } from './rules-contracts.ts';
import type { SqlForms } from './sql-forms.ts';

/**
 * What contracts of metrics and models ask otherwise, in order of name; of those that both sides have. What handover.yml
 * says for all metrics is one change, named `contracts.metrics`; the age of the data is `contracts.freshness`. `forms`
 * holds the SQL texts of both. Pure.
 */
export function compareContracts(before: Project, after: Project, forms: SqlForms): DefinitionChange[] {
  const labelOf = labelsOf(before, after);
  const compared = matchedMetrics(before, after, forms).pairs.map((match) =>
    compareMetric(match, { before, after, context: { forms, labelOf } }),
  );
  const changes = [
    ...compareDefaults(compared.flatMap(({ ofDefaults }) => ofDefaults)),
    ...compared.flatMap(({ own }) => own),
    ...compareModelContracts(before, after, forms),
    ...compareFreshness(before, after),
  ];
  return changes.sort(byName);
}

interface Sides {
  readonly before: Project;
  readonly after: Project;
  readonly context: ContractContext;
}

/** A metric's own changes, and those that come from what is said for all metrics. */
function compareMetric(
  match: MetricMatch,
  { before, after, context }: Sides,
): { readonly own: DefinitionChange[]; readonly ofDefaults: OfDefaults[] } {
  const [was, is] = [match.before, match.after];
  const [old, now] = [metricRuleFields(was, context), metricRuleFields(is, context)];
  const ruleAt = (fields: typeof old, path: string) => fields.find(({ field }) => field.path === path)?.rule;
  const isSame = was.file.text === is.file.text;
  const found = differencesOf('contract', fieldsOf(old), fieldsOf(now)).map((difference) => {
    const [earlier, later] = [ruleAt(old, difference.path), ruleAt(now, difference.path)];
    const isElsewhere =
      (earlier === undefined || earlier.place.file !== was.file.path) &&
      (later === undefined || later.place.file !== is.file.path);
    const isOfDefaults = isSame || (isElsewhere && saysOtherwise(before, after, difference.field));
    return { difference, isOfDefaults, place: (later ?? earlier)?.place ?? is.at(['contract']) };
  });
  const own = found.filter(({ isOfDefaults }) => !isOfDefaults);
  const config = after.config.at(['contracts', 'metrics']);
  const versioned = match.isNewest ? '' : `, version ${is.version}`;
  return {
    own: changed(
      {
        kind: 'contract',
        name: is.name,
        title: `the contract of ${is.label.en}${versioned}`,
        previousName: was.name === is.name ? null : was.name,
        versionBefore: was.version,
        versionAfter: is.version,
        file: is.file.path,
        line: own[0]?.place.file === is.file.path ? own[0].place.line : is.at(['contract']).line,
      },
      own.map(({ difference }) => difference),
    ),
    ofDefaults: found
      .filter(({ isOfDefaults }) => isOfDefaults)
      .map(({ difference, place }) => ({ difference, place: isIn(place, [was, is]) ? config : place })),
  };
}

/** A rule that nobody wrote stands at the start of the metric's file. */
function isIn(place: { readonly file: string }, metrics: readonly Metric[]): boolean {
  return metrics.some(({ file }) => file.path === place.file);
}

/** Whether handover.yml says another thing of a kind of rule. */
function saysOtherwise(before: Project, after: Project, kind: string): boolean {
  const said = ({ config }: Project) => {
    const yaml: Readonly<Record<string, unknown>> = config.contracts.metrics?.yaml ?? {};
    return JSON.stringify([yaml[kind] ?? null, yaml.severity ?? null]);
  };
  return said(before) !== said(after);
}

function fieldsOf(rules: readonly { readonly field: Field }[]): Field[] {
  return rules.map(({ field }) => field);
}

function compareModelContracts(before: Project, after: Project, forms: SqlForms): DefinitionChange[] {
  const old = new Map(before.models.map((model) => [model.name, model]));
  // The bare name of a model with versions shows the latest of them.
  return after.models
    .filter(({ aliasOf }) => aliasOf === undefined)
    .flatMap((model) => {
      const was = old.get(model.name);
      if (was === undefined || was.aliasOf !== undefined || isOfSameText(was, model)) return [];
      const found = differencesOf('contract', modelRuleFields(was, forms), modelRuleFields(model, forms));
      const [first] = found;
      const top = first?.path.split('.')[0] ?? '';
      const key = top === 'columns' || top === 'grain' ? [top] : ['contract', top];
      const { file, line } = model.at(key);
      const { base, version } = model;
      const title = version === undefined ? `the model ${base}` : `version ${version.number} of the model ${base}`;
      return changed({ kind: 'contract', name: model.name, title: `the contract of ${title}`, file, line }, found);
    });
}

function isOfSameText(was: ModelFile, is: ModelFile): boolean {
  const [old, now] = [was.at([]), is.at([])];
  return old.file === now.file && old.source === now.source;
}

function compareFreshness(before: Project, after: Project): DefinitionChange[] {
  const fields = ({ config }: Project): Field[] => {
    const { freshness } = config.contracts;
    if (freshness === undefined) return [];
    const { maxAgeHours, severity } = freshness;
    const asked = { severity, says: maxAgeHours, strictness: { of: '', bounds: [-maxAgeHours] } };
    const text = `the data are at most ${counted(maxAgeHours, 'hour')} old when a build starts`;
    return [askedField('contracts.freshness', 'data_age', asked, text)];
  };
  const { file, line } = after.config.at(['contracts', 'freshness']);
  const about: About = { kind: 'contract', name: 'contracts.freshness', title: 'the contract of the data', file, line };
  return changed(about, differencesOf('contract', fields(before), fields(after)));
}

function changed(about: About, differences: readonly FieldDifference[]): DefinitionChange[] {
  const fields = contractDifferences(differences).map((difference) =>
    toFieldChange(difference, contractWords(difference), contractRules),
  );
  return definitionChange(about, 'changed', fields);
}
