import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { onTestFinished } from 'vitest';
import { DiagnosticsError } from '../../src/diagnostics/diagnostic.ts';
import { type Snapshot, type SnapshotRequest, type Snapshots, takeSnapshots } from '../../src/project/snapshot.ts';

/** Two snapshots that go away with the test; of main and the work tree unless it says otherwise. */
export async function snapshots(root: string, request: Partial<SnapshotRequest> = {}): Promise<Snapshots> {
  const taken = await takeSnapshots({ root, base: 'main', head: 'WORKTREE', ...request });
  onTestFinished(() => taken.remove());
  return taken;
}

/** The texts of a snapshot by their paths, relative to the project's folder or to one that is named from it. */
export function textsOf({ root }: Snapshot, folder = '.'): Record<string, string> {
  const start = join(root, folder);
  if (!existsSync(start)) return {};
  const files = readdirSync(start, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(paths.map((path) => [relative(start, path), readFileSync(path, 'utf8')]));
}

/** Why there are no snapshots: `code: message | fix`. */
export async function refusal(root: string, request: Partial<SnapshotRequest> = {}): Promise<string> {
  const error = await snapshots(root, request).catch((caught: unknown) => caught);
  if (!(error instanceof DiagnosticsError)) throw new Error(`expected a DiagnosticsError, got ${String(error)}`);
  return error.diagnostics.map(({ code, message, fix }) => `${code}: ${message} | ${fix ?? ''}`).join('\n');
}
