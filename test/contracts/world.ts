import { onTestFinished } from 'vitest';
import { type CheckOptions, checkContracts } from '../../src/contracts/check.ts';
import type { ContractContext, ContractResult } from '../../src/contracts/rule.ts';
import { type Diagnostic, DiagnosticsError } from '../../src/diagnostics/diagnostic.ts';
import { defaultsOf, readConfig } from '../../src/project/config-file.ts';
import { type ModelFile, readModel } from '../../src/project/model-file.ts';
import type { Warehouse } from '../../src/warehouse/warehouse.ts';
import { evaluated, openWarehouse } from '../metrics/project.ts';

/** A model of a test: what its .yml says below name and description, and the select that gives its rows. */
export interface WorldModel {
  readonly yml: string;
  readonly sql: string;
}

export interface World {
  readonly warehouse: Warehouse;
  readonly project: ContractContext['project'];
  /** Column → type, of every model, as inspecting the models would tell. */
  readonly columns: ReadonlyMap<string, ReadonlyMap<string, string>>;
  check(options?: Pick<CheckOptions, 'contents' | 'isWhole'>): Promise<ContractResult[]>;
}

const asOf = '2026-03-16T06:00:00Z';

/** A warehouse in which some models ran: tables of main, with their files. */
export async function openWorld(models: Readonly<Record<string, WorldModel>>): Promise<World> {
  const warehouse = await openWarehouse(asOf);
  onTestFinished(() => warehouse.close());
  await evaluated(warehouse, []);
  const columns = new Map<string, ReadonlyMap<string, string>>();
  for (const [name, { sql }] of Object.entries(models)) {
    await warehouse.run(`create table main.${name} as ${sql}`);
    columns.set(
      name,
      new Map((await warehouse.columns(`from main.${name}`)).map((column) => [column.name, column.type])),
    );
  }
  const files = Object.entries(models).flatMap(([name, { yml }]) => readOne(name, yml));
  const config = readConfig({ path: 'handover.yml', text: 'name: case' }, []);
  if (config === undefined) throw new Error('no config');
  const project = { config, models: files, metrics: [] };
  const check: World['check'] = (options) => checkContracts(warehouse, project, { asOf, now: asOf, ...options });
  return { warehouse, project, columns, check };
}

/** A model that lies in models/intermediate, unpublished; its .yml begins with a name and a description. */
export function readOne(name: string, yml: string): ModelFile[] {
  const problems: Diagnostic[] = [];
  const path = `models/intermediate/${name}`;
  const text = `name: ${name}\ndescription: A model of a test.\n${yml}`;
  const folders = ['intermediate'];
  const sqls = [{ version: undefined, sql: { path: `${path}.sql`, text: 'select 1' } }];
  const config = readConfig({ path: 'handover.yml', text: 'name: case' }, problems);
  const files = { base: name, folders, sqls, yml: { path: `${path}.yml`, text } };
  const models = readModel(files, defaultsOf(config, folders), problems);
  if (problems.length > 0) throw new DiagnosticsError(problems);
  return models;
}

/** Those that do not hold: rule → what was observed. */
export function broken(results: readonly ContractResult[]): Record<string, string> {
  return Object.fromEntries(results.filter(({ passed }) => !passed).map(({ rule, observed }) => [rule, observed]));
}
