import type { ModelFile } from '../project/model-file.ts';
import { quoteIdentifier } from '../warehouse/warehouse.ts';
import type { PlannedModel } from './plan.ts';
import { withoutEnd } from './sql-pieces.ts';

/** The select that makes a model, and where in it each file's text stands. */
export interface CompiledModel {
  readonly sql: string;
  /** In order; places in bytes of `sql`. */
  readonly parts: readonly { readonly file: ModelFile; readonly start: number; readonly end: number }[];
}

/** The select itself: a closing semicolon would end the statement that it is put into. */
export function body(file: ModelFile): string {
  return withoutEnd(file.sql.text);
}

/**
 * The SQL that the runner runs for a model. Ephemeral models that it reads, and those that these read, stand in front
 * as common table expressions; `restricted` puts a select in place of a model of that name. Pure.
 */
export function compileModel(
  model: PlannedModel,
  models: ReadonlyMap<string, PlannedModel>,
  restricted: ReadonlyMap<string, string> = new Map(),
): CompiledModel {
  const ephemeral = ephemeralInputs(model, models);
  if (ephemeral.length === 0 && restricted.size === 0) {
    const sql = body(model.file);
    return { sql, parts: [{ file: model.file, start: 0, end: Buffer.byteLength(sql) }] };
  }
  const builder = new SqlBuilder();
  const separate = (index: number): string => (index === 0 ? 'with\n' : ',\n');
  const names = [...restricted];
  for (const [index, [name, select]] of names.entries()) {
    builder.add(`${separate(index)}${quoteIdentifier(name)} as (\n${select}\n)`);
  }
  for (const [index, { file }] of ephemeral.entries()) {
    builder.add(`${separate(names.length + index)}${quoteIdentifier(file.name)} as (\n`);
    builder.addFile(file);
    builder.add('\n)');
  }
  builder.add('\nselect * from (\n');
  builder.addFile(model.file);
  return builder.add('\n)').done();
}

/** Ephemeral models that a model's SQL needs, directly or through each other, in the order in which they are defined. */
export function ephemeralInputs(model: PlannedModel, models: ReadonlyMap<string, PlannedModel>): PlannedModel[] {
  const found = new Map<string, PlannedModel>();
  const visit = ({ reads }: PlannedModel): void => {
    for (const name of reads) {
      const read = models.get(name);
      if (read === undefined || read.file.materialized !== 'ephemeral' || found.has(name)) continue;
      visit(read);
      found.set(name, read);
    }
  };
  visit(model);
  return [...found.values()];
}

/** Models by name, as `compileModel` looks them up. */
export function modelsByName(planned: readonly PlannedModel[]): ReadonlyMap<string, PlannedModel> {
  return new Map(planned.map((model) => [model.file.name, model]));
}

class SqlBuilder {
  private sql = '';
  private readonly parts: { file: ModelFile; start: number; end: number }[] = [];

  add(text: string): this {
    this.sql += text;
    return this;
  }

  addFile(file: ModelFile): void {
    const start = Buffer.byteLength(this.sql);
    this.add(body(file));
    this.parts.push({ file, start, end: Buffer.byteLength(this.sql) });
  }

  done(): CompiledModel {
    return { sql: this.sql, parts: this.parts };
  }
}
