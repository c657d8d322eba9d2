import { closeSync, openSync, readSync } from 'node:fs';
import { constants, gunzipSync } from 'node:zlib';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { binaryKind, compressionByContent } from './file-kind.ts';
import type { FoundFile } from './find-files.ts';
import { physicalLines } from './lines.ts';
import { fileProblem } from './problems.ts';
import { isWholeZstd } from './zstd-frames.ts';

const headBytes = 1 << 18;
const exportAgain = 'Export or copy it again.';

/**
 * The first lines of a file, decompressed; undefined (with a problem) when the file is empty or is not what its name
 * says. For Parquet an empty list.
 */
export async function readHead(
  warehouse: Warehouse,
  file: FoundFile,
  problems: Diagnostic[],
): Promise<readonly string[] | undefined> {
  const fail = (code: string, message: string, fix?: string): undefined => {
    problems.push(fileProblem(code, file.path, message, { fix }));
  };
  if (file.bytes === 0) return fail('empty-file', 'is empty', 'Export it again, or leave it out of the glob.');
  const raw = readStart(file.absolute);
  if (file.kind.format === 'parquet') return checkParquet(file, raw, fail);

  const compression = compressionByContent(raw);
  if (compression !== file.kind.compression) {
    const found = binaryKind(raw) ?? 'plain text';
    return fail('wrong-format', `is named like ${nameOf(file)}, but is ${found}`, renameFix(compression));
  }
  if (compression === 'zstd') return zstdHead(warehouse, file, fail);
  const text = compression === 'gzip' ? gunzipStart(raw) : raw;
  if (text === undefined) return fail('damaged-file', 'is cut off or damaged', exportAgain);
  return textHead(file, text, fail);
}

type Fail = (code: string, message: string, fix?: string) => undefined;

function textHead(file: FoundFile, text: Buffer, fail: Fail): readonly string[] | undefined {
  const binary = binaryKind(text);
  if (binary === 'text in UTF-16') return fail('not-utf8', 'is text in UTF-16', 'Export it as UTF-8.');
  if (binary !== undefined) return fail('wrong-format', `is named like ${nameOf(file)}, but is ${binary}`);
  const lines = text
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/);
  if (lines.every((line) => line.trim() === '')) return fail('empty-file', 'is empty', 'Export it again.');
  return lines;
}

async function zstdHead(warehouse: Warehouse, file: FoundFile, fail: Fail): Promise<readonly string[] | undefined> {
  if (!isWholeZstd(file.absolute, file.bytes)) return fail('damaged-file', 'is cut off or damaged', exportAgain);
  try {
    const rows = await warehouse.rows<{ text: string | null }>(`select text from ${physicalLines([file])} limit 200`);
    const lines = rows.map((row) => row.text ?? '');
    return textHead(file, Buffer.from(lines.join('\n')), fail);
  } catch {
    return fail('damaged-file', 'is cut off or damaged', exportAgain);
  }
}

function checkParquet(file: FoundFile, raw: Buffer, fail: Fail): readonly string[] | undefined {
  if (file.kind.compression !== 'none') {
    return fail('unknown-format', 'is a compressed Parquet file', 'Decompress it: Parquet compresses its own columns.');
  }
  const found = binaryKind(raw);
  return found === 'a Parquet file'
    ? []
    : fail('wrong-format', `is named like Parquet, but is ${found ?? 'plain text'}`);
}

function readStart(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(headBytes);
    return buffer.subarray(0, readSync(file, buffer, 0, headBytes, 0));
  } finally {
    closeSync(file);
  }
}

function gunzipStart(raw: Buffer): Buffer | undefined {
  try {
    return gunzipSync(raw, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return undefined;
  }
}

function nameOf(file: FoundFile): string {
  const format = { csv: 'CSV', ndjson: 'NDJSON', json: 'JSON', parquet: 'Parquet' }[file.kind.format];
  return file.kind.compression === 'none' ? format : `${format} in ${file.kind.compression}`;
}

function renameFix(compression: string): string {
  if (compression === 'gzip') return 'Add .gz to its name.';
  if (compression === 'zstd') return 'Add .zst to its name.';
  return 'Rename it, or export it again.';
}
