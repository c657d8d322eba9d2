import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Place, SourceText } from '../project/yaml-file.ts';
import { placeOfByte } from './place.ts';
import type { PlannedModel } from './plan.ts';
import { placeOfName } from './sql-pieces.ts';

/** Something that reads a model by its name: another model, or a metric. */
export interface ModelUse {
  readonly by: string;
  readonly model: string;
  readonly place: Place;
}

/** The uses that models make of each other, less what the bare name of a model with versions stands for. */
export function usesOf(planned: readonly PlannedModel[]): ModelUse[] {
  return planned
    .filter(({ file }) => file.aliasOf === undefined)
    .flatMap(({ file, reads }) =>
      reads.map((model) => ({
        by: `model "${file.name}"`,
        model,
        place: placeOfUse(file.sql, model),
      })),
    );
}

function placeOfUse(sql: SourceText, model: string): Place {
  return placeOfByte(sql, Buffer.byteLength(sql.text.slice(0, placeOfName(sql.text, model) ?? 0)));
}

/**
 * Uses of versions that are to go: a warning up to and on the day until which they may be used, an error from the day
 * after. `today` is a date, `2026-11-26`. Pure.
 */
export function reportDeprecated(
  planned: readonly PlannedModel[],
  uses: readonly ModelUse[],
  today: string,
): Diagnostic[] {
  const files = new Map(planned.map(({ file }) => [file.name, file]));
  return uses.flatMap(({ by, model, place }): Diagnostic[] => {
    const named = files.get(model);
    const file = named?.aliasOf === undefined ? named : files.get(named.aliasOf);
    const last = file?.version?.deprecatedOn;
    if (file?.version === undefined || last === undefined) return [];
    const isOver = last < today;
    const { number, isLatest } = file.version;
    return [
      {
        code: 'deprecated-version',
        severity: isOver ? 'error' : 'warning',
        message: `${by} reads version ${number} of "${file.base}", which ${isOver ? 'could be used until' : 'may be used until'} ${last}`,
        ...place,
        fix: isLatest
          ? `Write a new version of "${file.base}", or take deprecated_on away.`
          : `Read "${file.base}", which is the latest version: ${latestOf(planned, file.base)}`,
      },
    ];
  });
}

function latestOf(planned: readonly PlannedModel[], base: string): string {
  const latest = planned.find(({ file }) => file.base === base && file.version?.isLatest)?.file.version;
  return latest === undefined ? 'it has none' : `${latest.number}, ${latest.change}`;
}
