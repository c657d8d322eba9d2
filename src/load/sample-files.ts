import { copyFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type Diagnostic, DiagnosticsError, failOnErrors } from '../diagnostics/diagnostic.ts';
import { silent } from '../diagnostics/progress.ts';
import type { SourceConfig } from '../project/config-file.ts';
import type { Project } from '../project/project.ts';
import { type Column, quoteIdentifier, quoteLiteral, Warehouse } from '../warehouse/warehouse.ts';
import { type FoundFile, findFiles } from './find-files.ts';
import { readHead } from './head.ts';
import { loadSources } from './load.ts';

/** Files up to this size are read whole, of larger ones the beginning. */
const smallFileBytes = 1 << 20;
const filesAtMost = 20;
const parquetRows = 2000;

/** The columns of a table source that declares none, as the beginnings of its files tell them. */
export async function sampleColumns(
  project: Project,
  source: SourceConfig,
  problems: Diagnostic[],
): Promise<readonly Column[]> {
  const folder = mkdtempSync(join(tmpdir(), 'handover-sample-'));
  const scratch = await Warehouse.open(':memory:', { threads: 1 });
  try {
    await copyBeginnings(scratch, project, source, folder);
    await loadSample(scratch, project, source, folder);
    return await scratch.columns(`from raw.${quoteIdentifier(source.name)}`);
  } catch (error) {
    if (!(error instanceof DiagnosticsError)) throw error;
    problems.push(columnsUnknown(source, error.diagnostics));
    return [];
  } finally {
    scratch.close();
    rmSync(folder, { recursive: true });
  }
}

/** The project as if it had these sources only, and nobody in them were forgotten. */
export function withSources(project: Project, sources: readonly SourceConfig[]): Project {
  return { ...project, forgotten: [], config: { ...project.config, sources } };
}

async function loadSample(scratch: Warehouse, project: Project, source: SourceConfig, folder: string): Promise<void> {
  const { recordedAt: _recordedAt, ...withoutTime } = source;
  await loadSources(scratch, withSources(project, [{ ...withoutTime, maxRejected: { share: 1 } }]), {
    now: '9999-01-01T00:00:00Z',
    // Hashes are of no interest here, only that their column is text.
    salt: 'none',
    sources: new Map([[source.name, join(folder, '*')]]),
    progress: silent,
  });
}

async function copyBeginnings(
  scratch: Warehouse,
  project: Project,
  source: SourceConfig,
  folder: string,
): Promise<void> {
  const problems: Diagnostic[] = [];
  const files = findFiles(project.root, source, undefined, undefined, problems).slice(0, filesAtMost);
  for (const [index, file] of files.entries()) await copyBeginning(scratch, file, join(folder, `${index}-`), problems);
  failOnErrors(problems);
}

async function copyBeginning(
  scratch: Warehouse,
  file: FoundFile,
  prefix: string,
  problems: Diagnostic[],
): Promise<void> {
  const { absolute, bytes, kind } = file;
  const target = prefix + basename(absolute);
  if (bytes <= smallFileBytes) copyFileSync(absolute, target);
  // A document has no beginning that could be read by itself.
  else if (kind.format === 'json') symlinkSync(absolute, target);
  else if (kind.format === 'parquet') {
    const rows = `from read_parquet(${quoteLiteral(absolute)}) limit ${parquetRows}`;
    await scratch.run(`copy (${rows}) to ${quoteLiteral(target)} (format parquet)`);
  } else {
    const lines = (await readHead(scratch, file, problems)) ?? [];
    // The last one may be cut off.
    writeFileSync(target.replace(/\.(gz|zst)$/i, ''), `${lines.slice(0, -1).join('\n')}\n`);
  }
}

function columnsUnknown(source: SourceConfig, problems: readonly Diagnostic[]): Diagnostic {
  const reason = problems.find(({ severity }) => severity === 'error')?.message ?? 'nothing can be read';
  return {
    code: 'unknown-columns',
    severity: 'error',
    message: `the columns of raw.${source.name} are not known: ${reason}`,
    ...source.at(['files']),
    fix: `Declare them with "columns:" under sources.${source.name}; no dump is needed then.`,
  };
}
