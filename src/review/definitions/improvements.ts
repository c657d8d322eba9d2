import type { BreachLogEntry } from '../../project/breach-log.ts';
import type { Improvement } from '../../project/improvement-file.ts';
import type { Project } from '../../project/project.ts';
import type { DefinitionChange, FieldChange } from '../types.ts';
import { type About, changedDefinition, definitionChange, fieldOf, quoted, wholeChange } from './definition-change.ts';
import { canonical, type Field, type FieldDifference, toFieldChange } from './fields.ts';
import { otherRules } from './rules-others.ts';

/** What was agreed on to do better, and what the breach log explains, that is said otherwise. Pure. */
export function compareImprovements(before: Project, after: Project): DefinitionChange[] {
  const find = ({ improvements }: Project, id: string) => improvements.find((improvement) => improvement.id === id);
  const ids = [...before.improvements, ...after.improvements].map(({ id }) => id);
  const changes = [...new Set(ids)].sort().flatMap((id) => {
    const [old, now] = [find(before, id), find(after, id)];
    if (now === undefined) return old === undefined ? [] : whole(old, 'removed', 'is gone');
    if (old === undefined) return whole(now, 'added', 'is new');
    return changedDefinition(aboutOf(now), improvementFields(old), improvementFields(now), {
      words: improvementWords,
      rules: otherRules,
    });
  });
  return [...changes, ...compareBreaches(before, after)];
}

function whole(improvement: Improvement, change: 'added' | 'removed', words: string): DefinitionChange[] {
  return wholeChange(aboutOf(improvement), change, words, otherRules);
}

function aboutOf({ id, file }: Improvement): About {
  return { kind: 'improvement', name: id, title: `the improvement ${id}`, file: file.path, line: 1 };
}

function improvementFields(improvement: Improvement): Field[] {
  const { title, agreedOn, agreedBy, metric, team, since, until, expected, note } = improvement;
  const said = (key: string, field: string, value: unknown, text = String(value)): Field[] =>
    value === undefined ? [] : [fieldOf(key, field, value, text)];
  return [
    ...said('metric', 'measured', metric),
    ...said('team', 'measured', team),
    ...said('since', 'measured', since),
    ...said('until', 'until', until),
    ...said('expected', 'measured', expected),
    ...said('agreed_on', 'agreed', agreedOn),
    ...said('agreed_by', 'agreed', agreedBy),
    ...said('title', 'words', title, title.en),
    ...said('note', 'words', note, note?.en ?? ''),
  ];
}

function improvementWords({ path, before, after }: FieldDifference): string {
  const [from, to] = [before?.text ?? 'nothing', after?.text ?? 'nothing'];
  switch (path) {
    case 'metric':
      return `it is measured by ${quoted(to)} instead of ${quoted(from)}`;
    case 'team':
      return `it is measured in ${after === undefined ? 'all teams' : `the team ${quoted(to)}`} instead of ${before === undefined ? 'all teams' : `the team ${quoted(from)}`}`;
    case 'since':
      return `the change began on ${to} instead of ${from}`;
    case 'until':
      if (before === undefined) return `it is closed: ${to} is the last day on which it is measured`;
      return after === undefined ? `it is open again, after ${from}` : `it is measured until ${to} instead of ${from}`;
    case 'expected':
      return `the metric was expected to become ${to} instead of ${from}`;
    case 'agreed_on':
      return `it was agreed on ${to} instead of ${from}`;
    case 'agreed_by':
      return `it was agreed by ${quoted(to)} instead of ${quoted(from)}`;
    default:
      return `the ${path} is worded otherwise`;
  }
}

/** Counts alone: lines of the log name leads, and may say of them what is not for others. */
function compareBreaches(before: Project, after: Project): DefinitionChange[] {
  const [old, now] = [byBreach(before.breachLog), byBreach(after.breachLog)];
  const isIn = (entries: typeof old) => (key: string) => entries.has(key);
  const come = [...now.keys()].filter((key) => !isIn(old)(key)).length;
  const gone = [...old.keys()].filter((key) => !isIn(now)(key)).length;
  const other = [...now].filter(([key, said]) => old.has(key) && old.get(key) !== said).length;
  const sizes = [old, now].map(({ size }) => lines(size));
  const change = (part: string, count: number, words: string): FieldChange[] => {
    if (count === 0) return [];
    const field = `breaches.${part}`;
    const side = (text = '') => ({ path: field, field, value: text, text });
    const difference = {
      kind: 'improvement' as const,
      field,
      path: field,
      before: side(sizes[0]),
      after: side(sizes[1]),
    };
    return [toFieldChange(difference, words, otherRules)];
  };
  const about: About = {
    kind: 'improvement',
    name: 'breaches',
    title: 'the breach log',
    file: (after.breachLog[0] ?? before.breachLog[0])?.place.file ?? '',
    line: 1,
  };
  return definitionChange(about, 'changed', [
    ...change('removed', gone, `${lines(gone)} that explained a breach ${gone === 1 ? 'is' : 'are'} gone`),
    ...change(
      'added',
      come,
      `${lines(come)} explain a breach that had no explanation`.replace('1 line explain', '1 line explains'),
    ),
    ...change('changed', other, `${lines(other)} on a breach ${other === 1 ? 'says' : 'say'} something else`),
  ]);
}

function lines(count: number): string {
  return `${count} ${count === 1 ? 'line' : 'lines'}`;
}

/** Which breach → everything that is said of it, in any order. */
function byBreach(entries: readonly BreachLogEntry[]): ReadonlyMap<string, string> {
  const found = new Map<string, string[]>();
  for (const { leadId, clause, dueOn, cause, action, responsible, closedOn } of entries) {
    const key = JSON.stringify([leadId, clause, dueOn ?? null]);
    const said = canonical([cause, action ?? null, responsible ?? null, closedOn ?? null]);
    found.set(key, [...(found.get(key) ?? []), said].sort());
  }
  return new Map([...found].map(([key, said]) => [key, said.join('\n')]));
}
