import type { Acknowledgement, InputLine, PublishedLine, PublishedPeriod } from '../../project/ledger.ts';
import { inputsFileName, ledgerFolder, restatementsFileName } from '../../project/ledger.ts';
import type { Project } from '../../project/project.ts';
import type { DefinitionChange } from '../types.ts';
import { type About, changedDefinition, fieldOf, quoted, wholeChange } from './definition-change.ts';
import type { Field, FieldDifference } from './fields.ts';
import { otherRules } from './rules-others.ts';

/** What metrics/published/ says otherwise: periods, and acknowledgements of values that became others. Pure. */
export function compareLedger(before: Project, after: Project): DefinitionChange[] {
  return [...comparePeriods(before, after), ...compareAcknowledgements(before, after)];
}

function comparePeriods(before: Project, after: Project): DefinitionChange[] {
  const find = ({ ledger }: Project, label: string) => ledger.periods.find((period) => period.label === label);
  const labels = [...before.ledger.periods, ...after.ledger.periods].map(({ label }) => label);
  return [...new Set(labels)].sort().flatMap((label) => {
    const [old, now] = [find(before, label), find(after, label)];
    const about: About = {
      kind: 'ledger',
      name: label,
      title: `what was published of ${label}`,
      file: `${ledgerFolder}/${label}.csv`,
      line: 1,
    };
    if (old === undefined) return wholeChange(about, 'added', `${label} is published`, otherRules);
    if (now === undefined) return wholeChange(about, 'removed', 'what was published is taken away', otherRules);
    const [earlier, later] = [periodFields(old, before), periodFields(now, after)];
    return changedDefinition(about, earlier, later, { words: publishedWords, rules: otherRules });
  });
}

function periodFields({ label, lines }: PublishedPeriod, { ledger }: Project): Field[] {
  const inputs = ledger.inputs.filter(({ period }) => period === label).map(inputText);
  return [
    ...lines.map((line) => fieldOf(`lines.${line.metric}`, 'lines', lineValue(line), lineText(line))),
    fieldOf('inputs', 'inputs', inputs.sort(), `${inputs.length} lines of ${inputsFileName}`),
  ];
}

function inputText({ kind, name, hash }: InputLine): string {
  return JSON.stringify([kind, name, hash]);
}

function lineValue({ place: _place, ...line }: PublishedLine): unknown {
  return line;
}

function lineText({ version, value, target, status }: PublishedLine): string {
  const parts = [`version ${version}`, `value ${value ?? 'none'}`];
  return [...parts, ...(target === null ? [] : [`target ${target}`]), ...(status === null ? [] : [status])].join(', ');
}

function publishedWords({ field, path, before, after }: FieldDifference): string {
  const rewritten = 'what was published is rewritten';
  if (field === 'inputs') return `${rewritten}: what its values were made from is another in ${inputsFileName}`;
  const metric = quoted(path.slice('lines.'.length));
  if (before === undefined) return `${rewritten}: there is a line on ${metric} that was not there (${after?.text})`;
  if (after === undefined) return `${rewritten}: the line on ${metric} is gone (${before.text})`;
  if (before.text === after.text) return `${rewritten}: the line on ${metric} says something else`;
  return `${rewritten}: ${metric} shows ${after.text} instead of ${before.text}`;
}

function compareAcknowledgements(before: Project, after: Project): DefinitionChange[] {
  const [old, now] = [before, after].map(({ ledger }) => acknowledgementFields(ledger.acknowledgements));
  const about: About = {
    kind: 'ledger',
    name: 'restatements',
    title: 'the acknowledged restatements',
    file: `${ledgerFolder}/${restatementsFileName}`,
    line: 1,
  };
  return changedDefinition(about, old ?? [], now ?? [], { words: acknowledgementWords, rules: otherRules });
}

/** People may put reason and role in better words; everything else is what was acknowledged. */
function acknowledgementFields(acknowledgements: readonly Acknowledgement[]): Field[] {
  const seen = new Map<string, number>();
  return acknowledgements.map(({ reason, by, place: _place, ...entry }) => {
    const key = JSON.stringify([entry.metric, entry.version, entry.fromValue, entry.toValue, entry.toStatus, entry.on]);
    const path = `${entry.period}.${key}`;
    const count = (seen.get(path) ?? 0) + 1;
    seen.set(path, count);
    const text = `${entry.period}, ${quoted(entry.metric)}: ${entry.fromValue ?? 'none'} to ${entry.toValue ?? 'none'}`;
    return fieldOf(`${path}#${count}`, 'acknowledgements', { reason, by }, text);
  });
}

function acknowledgementWords({ before, after }: FieldDifference): string {
  const text = (after ?? before)?.text ?? '';
  if (before === undefined) return `a restatement is acknowledged: ${text}`;
  if (after === undefined) return `an acknowledgement is taken back: ${text}`;
  return `why or by whom a restatement was acknowledged is worded otherwise: ${text}`;
}
