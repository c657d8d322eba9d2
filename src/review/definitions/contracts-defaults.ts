import type { Place } from '../../project/yaml-file.ts';
import type { DefinitionChange } from '../types.ts';
import { askedIn, contractDifferences } from './contracts-asked.ts';
import { contractWords } from './contracts-words.ts';
import { code, definitionChange } from './definition-change.ts';
import { canonical, type Field, type FieldDifference, toFieldChange } from './fields.ts';
import { contractRules } from './rules-contracts.ts';

/** What a metric's contract asks otherwise because of what is said for all metrics, and where that is. */
export interface OfDefaults {
  readonly difference: FieldDifference;
  readonly place: Pick<Place, 'file' | 'line'>;
}

/** What handover.yml (and that of a project that is extended) asks of every metric, each difference once. Pure. */
export function compareDefaults(found: readonly OfDefaults[]): DefinitionChange[] {
  const files = [...new Set(found.map(({ place }) => place.file))];
  return files.flatMap((file) => {
    const inFile = found.filter(({ place }) => place.file === file);
    const alike = new Map<string, OfDefaults[]>();
    for (const entry of inFile) {
      const key = keyOf(entry.difference);
      alike.set(key, [...(alike.get(key) ?? []), entry]);
    }
    const once = [...alike.values()].flatMap(together);
    const fields = contractDifferences(once).map((difference) =>
      toFieldChange(difference, contractWords(difference), contractRules),
    );
    const about = {
      kind: 'contract' as const,
      name: 'contracts.metrics',
      title: 'the contract of every metric',
      file,
      line: inFile[0]?.place.line ?? 1,
    };
    return definitionChange(about, 'changed', fields);
  });
}

/** Of rules that are only graver or less grave than before, what they say is each metric's own. */
function keyOf({ path, before, after }: FieldDifference): string {
  const [was, is] = [askedIn(before), askedIn(after)];
  const isOfSeverity = was !== undefined && is !== undefined && canonical(was.says) === canonical(is.says);
  return canonical(isOfSeverity ? [path, was.severity, is.severity] : [path, before?.value, after?.value]);
}

/** What several metrics have in common, as one. */
function together(found: readonly OfDefaults[]): FieldDifference[] {
  const [first] = found;
  if (first === undefined) return [];
  const { difference } = first;
  if (found.every((other) => other.difference.after?.text === difference.after?.text)) return [difference];
  const text = `what each says of ${code(difference.field)} holds`;
  const common = (field: Field | undefined) => field && { ...field, text };
  return [{ ...difference, before: common(difference.before), after: common(difference.after) }];
}
