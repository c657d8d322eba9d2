import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openProject, type Project } from '../../../src/project/project.ts';
import { openSide } from '../../../src/review/side.ts';
import type { Side } from '../../../src/review/types.ts';

/** Two tables, `raw.t` and `raw.w`, that a project's models may read. */
const twoTables = `name: small
sources:
  t: { kind: table, files: t.csv, columns: { id: bigint, a: bigint, b: bigint, c: varchar } }
  w: { kind: table, files: w.csv, columns: { id: bigint, x: bigint, y: bigint } }
`;

/** A folder of these files for as long as the test runs. */
export function folderOf(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'handover-review-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries({ 'handover.yml': twoTables, ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

export function projectOf(files: Readonly<Record<string, string>>): Project {
  return openProject(folderOf(files));
}

const opened = new Map<string, Promise<Side>>();

/** A project of these files, opened as one side of a comparison; of the same files the same. */
export function sideOf(files: Readonly<Record<string, string>>): Promise<Side> {
  const key = JSON.stringify(files);
  const side = opened.get(key) ?? openSide(projectOf(files), [], new Map());
  opened.set(key, side);
  return side;
}
