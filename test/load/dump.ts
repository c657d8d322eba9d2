import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Diagnostic, DiagnosticsError } from '../../src/diagnostics/diagnostic.ts';
import { silent } from '../../src/diagnostics/progress.ts';
import { type LoadOptions, type LoadResult, loadSources } from '../../src/load/load.ts';
import { openProject } from '../../src/project/project.ts';
import { type Row, Warehouse } from '../../src/warehouse/warehouse.ts';

const now = '2026-06-01T00:00:00Z';

export const header = 'event_id,occurred_at,recorded_at,lead_id,type,stage,owner_id,team,channel,properties';

const eventsSource =
  '  events: { kind: events, files: "events*", time_zone: Europe/Copenhagen, properties: [a, a.b, b, note], max_rejected: 100% }';

/** A project folder with nothing but dumps, and a warehouse to load them into. */
export class Dump {
  readonly root = mkdtempSync(join(tmpdir(), 'handover-load-'));

  private constructor(readonly warehouse: Warehouse) {}

  static async of(files: Record<string, string | Buffer>, sources = eventsSource): Promise<Dump> {
    const dump = new Dump(await Warehouse.open(':memory:', { threads: 2 }));
    dump.write(files);
    dump.declare(sources);
    onTestFinished(() => {
      dump.warehouse.close();
      rmSync(dump.root, { recursive: true });
    });
    return dump;
  }

  /** Writes the sources of handover.yml. */
  declare(sources: string): void {
    this.write({ 'handover.yml': `name: test\nsources:\n${sources}\n` });
  }

  write(files: Record<string, string | Buffer>): void {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.root, name)), { recursive: true });
      writeFileSync(join(this.root, name), content);
    }
  }

  remove(name: string): void {
    rmSync(join(this.root, name), { recursive: true });
  }

  removeIfThere(name: string): void {
    rmSync(join(this.root, name), { force: true });
  }

  load(options: Partial<LoadOptions> = {}, warehouse = this.warehouse): Promise<LoadResult> {
    return loadSources(warehouse, openProject(this.root), { now, progress: silent, ...options });
  }

  /** What a load that must fail complains about. */
  async problems(options: Partial<LoadOptions> = {}): Promise<readonly Diagnostic[]> {
    try {
      await this.load(options);
    } catch (error) {
      if (error instanceof DiagnosticsError) return error.diagnostics;
      throw error;
    }
    throw new Error('the load succeeded');
  }

  rows(sql: string): Promise<Row[]> {
    return this.warehouse.rows(sql);
  }

  /** Rejects as `file:line column reason`. */
  async rejects(): Promise<string[]> {
    const rows = await this.warehouse.rows<{ path: string; line: number; reason: string }>(
      'select path, line, reason from main.load_rejects order by path, line',
    );
    return rows.map(({ path, line, reason }) => `${path}:${line} ${reason}`);
  }
}

/** A CSV file of events; a row is written as it stands. */
export function csv(...rows: string[]): string {
  return `${[header, ...rows].join('\n')}\n`;
}
