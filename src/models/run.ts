import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Progress } from '../diagnostics/progress.ts';
import type { Materialization } from '../project/model-file.ts';
import { outOfMemory } from '../warehouse/out-of-memory.ts';
import { quoteIdentifier, SqlError, type Warehouse } from '../warehouse/warehouse.ts';
import { clockTable, keysMovedByClock } from './clock.ts';
import { type CompiledModel, compileModel, modelsByName } from './compile.ts';
import { CutInputs, isFew } from './cut-inputs.ts';
import { changesOf, fingerprintOf, type ModelParts, partsOf } from './fingerprint.ts';
import { gatherChangedKeys, otherKeys, type Relations, rememberInputs, replacePartitions } from './incremental.ts';
import { contentOf, type ModelRecord, prepareLedger, readLedger, record, recordChange } from './ledger.ts';
import type { PlannedModel } from './plan.ts';
import { notSelected, reasonsOf, said } from './reasons.ts';
import { countRows, createAs, dropEarlier, dropOtherKind, insertInto, type Standing } from './relations.ts';
import { selectsOf } from './slices.ts';
import { compiledProblem } from './sql-problem.ts';
import type { Columns } from './table-columns.ts';

/** What came of one model. */
export interface ModelRun {
  readonly name: string;
  readonly materialized: Materialization;
  /** `skipped`: something that it reads failed, or it is not up to date and was not asked for. */
  readonly status: 'ran' | 'unchanged' | 'failed' | 'skipped';
  /** Incremental: only the partitions that changed. Null when it did not run. */
  readonly mode: 'full' | 'incremental' | null;
  /** How many partitions were computed anew; null unless it is incremental. */
  readonly partitions: number | null;
  /** Why it ran, failed or was skipped, most telling first. */
  readonly because: readonly string[];
  /** Null for a view, an ephemeral model, and one that has never run. */
  readonly rows: number | null;
  readonly milliseconds: number;
  readonly problem?: Diagnostic;
}

export interface RunOptions {
  readonly progress: Progress;
  readonly clock: () => number;
  /** Tables of schema main that are not models and stay. */
  readonly keep: ReadonlySet<string>;
  /** What each table outside models holds, as a hash: `raw.events`. */
  readonly tables: ReadonlyMap<string, string>;
  /** The columns of each model as `inspectModels` found them: they need not be asked for again. */
  readonly columns?: ReadonlyMap<string, Columns>;
  /**
   * SQL of a select of the keys (column `key`) whose rows in a table outside models differ between two contents of it;
   * undefined where that is not known.
   */
  readonly changedIn?: Relations['changedIn'];
  /** Says of a table outside models why it changed: `seeds/holidays.csv changed`. */
  readonly explain: (table: string) => string;
  /** Only these; undefined: all. */
  readonly only?: ReadonlySet<string>;
  readonly isFullRefresh?: boolean;
  /** Bytes that computing one model may take; by default what the warehouse may hold. */
  readonly memory?: number;
  /** Called before the first model runs, with those that may. */
  readonly beforeRun?: (models: readonly PlannedModel[]) => Promise<void>;
}

export interface RunResult {
  readonly runs: readonly ModelRun[];
  /** What each model holds now, as a hash. */
  readonly outputs: ReadonlyMap<string, string>;
  /** What of views was read for the keys that changed is still there. */
  readonly inputs: CutInputs;
}

/**
 * Brings the models in schema main up to date, in the order planned: those whose SQL or inputs are what they were when
 * they last ran stay. Each is made in a transaction with its record, so that a run that is killed goes on where it was.
 * A model that DuckDB refuses while it runs (a failed cast, say) is reported, what reads it is skipped, and the others
 * run. Relations that are no longer the project's are dropped.
 */
export async function runModels(
  warehouse: Warehouse,
  planned: readonly PlannedModel[],
  options: RunOptions,
): Promise<RunResult> {
  await prepareLedger(
    warehouse,
    planned.map(({ file }) => file.name),
  );
  const run = new Run(warehouse, planned, options, await readLedger(warehouse));
  run.standing = await dropEarlier(warehouse, new Set([...options.keep, ...run.kept()]));
  await options.beforeRun?.(run.likely());
  for (const model of planned) await run.bring(model);
  return { runs: run.runs, outputs: run.outputs, inputs: run.cutInputs };
}

/** One pass over the models. */
class Run {
  readonly runs: ModelRun[] = [];
  readonly outputs = new Map<string, string>();
  standing: Standing = new Map();
  readonly models: ReadonlyMap<string, PlannedModel>;
  /** Why each model ran, for those that read it. */
  private readonly causes = new Map<string, readonly string[]>();
  private readonly failed = new Set<string>();
  readonly cutInputs: CutInputs;
  private readonly otherKeys: ReadonlyMap<string, readonly string[]>;
  /** Not up to date and not asked for, and what reads such a model. */
  private readonly stale = new Set<string>();

  constructor(
    private readonly warehouse: Warehouse,
    planned: readonly PlannedModel[],
    private readonly options: RunOptions,
    readonly ledger: ReadonlyMap<string, ModelRecord>,
  ) {
    this.models = modelsByName(planned);
    this.cutInputs = new CutInputs(warehouse, this.models);
    this.otherKeys = otherKeys(this.models);
  }

  /** Names of models that have a relation. */
  kept(): string[] {
    return [...this.models.values()]
      .filter(({ file }) => file.materialized !== 'ephemeral')
      .map(({ file }) => file.name);
  }

  /** Models that may run: their own SQL or a table that they read changed, or that of a model that they read. */
  likely(): PlannedModel[] {
    const likely = new Map<string, PlannedModel>();
    for (const [name, model] of this.models) {
      const parts = partsOf(model, this.models, { outputs: new Map(), tables: this.options.tables });
      const change = changesOf(this.ledger.get(name)?.parts, parts);
      const hasChanged =
        change.isNew || change.definition || change.kept || change.inputs.some((input) => input.includes('.'));
      if (this.options.isFullRefresh || hasChanged || model.reads.some((read) => likely.has(read)))
        likely.set(name, model);
    }
    return [...likely.values()];
  }

  async bring(model: PlannedModel): Promise<void> {
    const { name, materialized } = model.file;
    const before = this.ledger.get(name);
    const done = { name, materialized, mode: null, partitions: null, because: [], milliseconds: 0 } as const;
    const missing = model.reads.filter((read) => this.failed.has(read));
    if (missing.length > 0) {
      this.failed.add(name);
      this.runs.push({
        ...done,
        status: 'skipped',
        because: [`${missing.join(', ')} failed`],
        rows: before?.rows ?? null,
      });
      return;
    }
    const parts = partsOf(model, this.models, { outputs: this.outputs, tables: this.options.tables });
    const fingerprint = fingerprintOf(parts);
    const because = this.because(model, before?.parts, parts);
    const readsStale = model.reads.some((read) => this.stale.has(read));
    if (materialized === 'ephemeral') {
      if (readsStale) this.stale.add(name);
      this.outputs.set(name, fingerprint);
      this.causes.set(name, [`${model.file.sql.path} changed`]);
      this.runs.push({ ...done, status: 'unchanged', rows: null });
      return;
    }
    const isAsked = this.options.only?.has(name) ?? true;
    const isCurrent = before?.fingerprint === fingerprint && !readsStale;
    if (!isAsked || (isCurrent && !this.options.isFullRefresh)) {
      // What was not asked for stays as an earlier build left it, and is told by that.
      this.outputs.set(name, before?.output ?? '');
      if (!isCurrent) this.stale.add(name);
      const state = isCurrent
        ? ({ status: 'unchanged' } as const)
        : ({ status: 'skipped', because: [notSelected] } as const);
      this.runs.push({ ...done, ...state, rows: before?.rows ?? null });
      return;
    }
    const run = await this.options.progress.task(
      `model ${name}`,
      () => this.make(model, { before, parts, fingerprint, because }),
      said,
    );
    this.runs.push(run);
    if (run.status === 'failed') this.failed.add(name);
    else this.causes.set(name, because);
  }

  private because(model: PlannedModel, before: ModelParts | undefined, after: ModelParts): string[] {
    if (this.options.isFullRefresh) return ['--full-refresh'];
    return reasonsOf(model, changesOf(before, after), { causes: this.causes, explain: this.options.explain });
  }

  private async make(
    model: PlannedModel,
    made: { before: ModelRecord | undefined; parts: ModelParts; fingerprint: string; because: readonly string[] },
  ): Promise<ModelRun> {
    const { file } = model;
    const startedAt = this.options.clock();
    const base = { name: file.name, materialized: file.materialized, because: made.because };
    const relations = this.relations();
    await this.warehouse.run('begin transaction');
    let compiled: { sql: CompiledModel; prefix: string } | undefined;
    try {
      const changed = await this.changedKeys(model, made);
      const isIncremental = file.materialized === 'incremental' && changed !== undefined && isFew(changed, model, this);
      if (isIncremental) {
        compiled = { sql: await this.cutInputs.select(model), prefix: insertInto(model) };
        const insert = `${compiled.prefix}${compiled.sql.sql}`;
        await replacePartitions(this.warehouse, model, insert, this.otherKeys.get(file.name) ?? []);
      } else {
        await dropOtherKind(this.warehouse, model, this.standing);
        for (const [index, sql] of (await this.selects(model)).entries()) {
          compiled = { sql, prefix: index === 0 ? createAs(model) : insertInto(model) };
          await this.warehouse.run(`${compiled.prefix}${compiled.sql.sql}`);
        }
      }
      if (changed === undefined) await rememberInputs(this.warehouse, model, relations);
      const rows = file.materialized === 'view' ? null : await countRows(this.warehouse, file.name);
      const output = await this.outputOf(model, rows, made.fingerprint);
      await this.record(model, { ...made, output, rows, isKnown: changed !== undefined, isIncremental });
      await this.warehouse.run('commit');
      this.outputs.set(file.name, output);
      return {
        ...base,
        status: 'ran',
        mode: isIncremental ? 'incremental' : 'full',
        partitions: isIncremental ? changed : null,
        rows,
        milliseconds: this.options.clock() - startedAt,
      };
    } catch (error) {
      await this.warehouse.run('rollback');
      this.cutInputs.forget();
      if (!(error instanceof SqlError) || error.kind === 'Interrupt' || compiled === undefined) throw error;
      const memory = outOfMemory(error, { while: `model "${file.name}" was computed`, file: file.sql.path });
      if (memory !== undefined) throw memory;
      const problem = compiledProblem(compiled.sql, error, Buffer.byteLength(compiled.prefix));
      const milliseconds = this.options.clock() - startedAt;
      return { ...base, status: 'failed', mode: null, partitions: null, rows: null, milliseconds, problem };
    }
  }

  private selects(model: PlannedModel): Promise<readonly CompiledModel[]> {
    return selectsOf(this.warehouse, model, {
      models: this.models,
      memory: this.options.memory ?? this.warehouse.memory,
    });
  }

  /** How many keys of a cut model changed; undefined for other models, and where all must be computed anew. */
  private async changedKeys(
    model: PlannedModel,
    { before, parts }: { before: ModelRecord | undefined; parts: ModelParts },
  ): Promise<number | undefined> {
    const { partition } = model.file;
    if (partition === undefined || before === undefined || this.options.isFullRefresh) return undefined;
    const change = changesOf(before.parts, parts);
    const isWhole = change.inputs.some((name) => name !== clockTable && !partition.inputs.has(name));
    if (change.isNew || change.definition || change.kept || isWhole) return undefined;
    if (!(await this.hasSameColumns(model))) return undefined;
    const runs = { before: before.parts, after: parts };
    const moved = await keysMovedByClock(this.warehouse, model, this.models, runs);
    if (moved === undefined) return undefined;
    return gatherChangedKeys(this.warehouse, model, this.relations(), { ...runs, moved });
  }

  private relations(): Relations {
    const { changedIn } = this.options;
    return { models: this.models, outputs: this.outputs, ...(changedIn === undefined ? {} : { changedIn }) };
  }

  /** A select of all columns has others when those of what it reads change. */
  private async hasSameColumns(model: PlannedModel): Promise<boolean> {
    const before = await this.warehouse.columns(`from main.${quoteIdentifier(model.file.name)}`);
    const after = await this.warehouse.columns(`from (\n${compileModel(model, this.models).sql}\n)`);
    return JSON.stringify(before) === JSON.stringify(after);
  }

  private async outputOf(model: PlannedModel, rows: number | null, fingerprint: string): Promise<string> {
    if (model.file.materialized !== 'table' || rows === null) return fingerprint;
    const { name } = model.file;
    const columns = this.options.columns?.get(name);
    const known = { rows, ...(columns === undefined ? {} : { columns }) };
    return (await contentOf(this.warehouse, `main.${quoteIdentifier(name)}`, known)) ?? fingerprint;
  }

  private async record(
    { file: { name, partition } }: PlannedModel,
    made: {
      before: ModelRecord | undefined;
      parts: ModelParts;
      fingerprint: string;
      output: string;
      rows: number | null;
      isKnown: boolean;
      isIncremental: boolean;
    },
  ): Promise<void> {
    const { parts, fingerprint, output, rows } = made;
    await record(this.warehouse, name, { parts, fingerprint, output, rows });
    if (partition === undefined) return;
    const from = made.isKnown ? made.before?.output : undefined;
    await recordChange(this.warehouse, { relation: name, column: partition.by, from, to: output });
    // Of a table that was made anew it is not known which values its other columns had.
    for (const column of this.otherKeys.get(name) ?? []) {
      await recordChange(this.warehouse, {
        relation: name,
        column,
        from: made.isIncremental ? from : undefined,
        to: output,
      });
    }
  }
}
