import type { ModelFile } from '../project/model-file.ts';
import { quoteIdentifier, type Warehouse } from '../warehouse/warehouse.ts';
import type { RowRule } from './row-rule.ts';
import { type ModelColumns, typeOf } from './rule.ts';

/** How many rows that break a rule are kept to be looked at. */
const keptRows = 100;

/** Names longer than this are hard to type. */
const longestName = 60;

/**
 * Tables of the work file's schema `audit` with the rows that break a rule, whole. They may hold anything that a model
 * holds, and are never published.
 */
export class AuditTables {
  private readonly names: Set<string>;

  private constructor(
    private readonly warehouse: Warehouse,
    kept: Iterable<string>,
  ) {
    this.names = new Set(kept);
  }

  /** Makes the schema anew; `kept` are tables of an earlier check (`audit.x`) that still tell the truth. */
  static async open(warehouse: Warehouse, kept: readonly string[]): Promise<AuditTables> {
    await warehouse.run('create schema if not exists audit');
    const tables = await warehouse.rows<{ name: string }>(
      `select 'audit.' || table_name as name from duckdb_tables() where schema_name = 'audit' order by name`,
    );
    for (const { name } of tables.filter((table) => !kept.includes(table.name))) {
      await warehouse.run(`drop table ${quoted(name)}`);
    }
    return new AuditTables(warehouse, kept);
  }

  /** Keeps rows that break a rule, the first by the model's grain, and returns the table's name. */
  async keep(model: ModelFile, rule: RowRule, columns: ModelColumns): Promise<string> {
    // The grain may repeat, or be null: only all columns put rows in one order.
    const grain = model.grain.filter((column) => typeOf(columns, column) !== undefined);
    const order = [...new Set([...grain, ...columns.keys()])].map(quoteIdentifier);
    return this.create(`${model.name}__${rule.rule}`, `${rule.broken} order by ${order.join(', ')}`);
  }

  /** Keeps what a select of a rule's own gives. */
  async keepSelect(label: string, select: string): Promise<string> {
    return this.create(label, `from (\n${select}\n) order by all`);
  }

  private async create(label: string, select: string): Promise<string> {
    const name = this.freeName(label);
    await this.warehouse.run(`create table ${quoted(name)} as ${select} limit ${keptRows}`);
    return name;
  }

  /** `lead_responses__not-null(lead_id)` → `audit.lead_responses__not_null_lead_id`. */
  private freeName(text: string): string {
    const safe = text.toLowerCase().replaceAll(/[^a-z0-9_]+/g, '_');
    const short = safe.slice(0, longestName).replace(/_+$/, '');
    let name = `audit.${short}`;
    for (let number = 2; this.names.has(name); number++) name = `audit.${short}_${number}`;
    this.names.add(name);
    return name;
  }
}

function quoted(name: string): string {
  return name.split('.').map(quoteIdentifier).join('.');
}
