import type { PlannedModel } from '../models/plan.ts';
import type { Project } from '../project/project.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { splitModels } from './crms.ts';

/** What a model reads: another model, reference data, rows of an export, the agreement, or what is known of the run itself. */
type InputKind = 'model' | 'seed' | 'source' | 'agreement' | 'run';

export interface ModelInput {
  readonly model: string;
  /** The first folder below models/ that the model lies in: `staging`; null when it lies in none. */
  readonly layer: string | null;
  /** A model's name, or schema and table: `raw.events`. Null, and its kind too, for a model that reads nothing. */
  readonly input: string | null;
  readonly input_kind: InputKind | null;
  /** Of the model, in one line; null when its .yml has none. */
  readonly description: string | null;
}

/** (Re)creates main.model_inputs, so that readers of the published file can follow a metric back to its sources. */
export async function writeModelInputs(
  work: Warehouse,
  project: Project,
  planned: readonly PlannedModel[],
): Promise<void> {
  const outlined = new Set(splitModels(project).outlined.map(({ name }) => name));
  const columns = {
    ...{ model: 'varchar', layer: 'varchar', input: 'varchar' },
    ...{ input_kind: 'varchar', description: 'varchar' },
  };
  const rows = modelInputs(planned, outlined).map((row) => ({ ...row }));
  await work.insert('main.model_inputs', columns, rows);
}

/** One row per model and table that it reads, less the `outlined`: staging of CRMs without a source, which holds nothing. Pure. */
export function modelInputs(planned: readonly PlannedModel[], outlined: ReadonlySet<string>): ModelInput[] {
  return planned.flatMap(({ file, reads, readsTables }) => {
    const model = {
      model: file.name,
      layer: file.folders[0] ?? null,
      description: file.description.replaceAll(/\s+/g, ' ').trim() || null,
    };
    const inputs = [
      ...reads.map((input) => ({ input, input_kind: 'model' as const })),
      ...readsTables.filter((table) => !outlined.has(withoutMain(table))).map(inputOf),
    ];
    return (inputs.length === 0 ? [nothing] : inputs).map((input) => ({ ...model, ...input }));
  });
}

const nothing = { input: null, input_kind: null };

const kinds = new Map<string, InputKind>([
  ['raw', 'source'],
  ['seeds', 'seed'],
  ['sla', 'agreement'],
]);

function inputOf(table: string): { readonly input: string; readonly input_kind: InputKind } {
  const [schema = ''] = table.split('.');
  const name = withoutMain(table);
  return { input: name, input_kind: kinds.get(schema) ?? (name.startsWith('agreement_') ? 'agreement' : 'run') };
}

function withoutMain(table: string): string {
  return table.startsWith('main.') ? table.slice('main.'.length) : table;
}
