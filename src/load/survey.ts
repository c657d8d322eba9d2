import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { FileAsRead } from './lines.ts';
import { fileProblem, notUtf8 } from './problems.ts';
import { type TextSurvey, TextSurveyor } from './text-survey.ts';

export interface Survey {
  readonly sha256: string;
  /** Undefined for Parquet, and for Zstandard, which Node 20 cannot read. */
  readonly text: TextSurvey | undefined;
}

const chunkSize = 1 << 20;

/** Reads a whole file once, beside DuckDB: its hash, and whether it is intact text. */
export async function surveyFile(
  file: FileAsRead & { readonly path?: string },
  problems: Diagnostic[],
): Promise<Survey> {
  try {
    return await readOnce(file, problems);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    // It went after it was found, which is told when all files are looked at once more.
    return { sha256: '', text: new TextSurveyor().finish() };
  }
}

async function readOnce(file: FileAsRead & { readonly path?: string }, problems: Diagnostic[]): Promise<Survey> {
  const { format, compression } = file.kind;
  if (format === 'parquet' || compression === 'zstd') return { sha256: await hashFile(file.absolute), text: undefined };
  const hash = createHash('sha256');
  const surveyor = new TextSurveyor();
  try {
    await readAll(
      file,
      (raw) => hash.update(raw),
      (text) => surveyor.push(text),
    );
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && /^Z_/.test(String(error.code)))) throw error;
    problems.push(
      fileProblem('damaged-file', file.path ?? file.absolute, 'is cut off or damaged', {
        fix: 'Export or copy it again.',
      }),
    );
  }
  const text = surveyor.finish();
  problems.push(...encodingProblems(file.path ?? file.absolute, text));
  return { sha256: hash.digest('hex'), text };
}

export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(
    createReadStream(path, { highWaterMark: chunkSize }),
    sink((chunk) => hash.update(chunk)),
  );
  return hash.digest('hex');
}

async function readAll(
  file: FileAsRead,
  onRaw: (chunk: Buffer) => void,
  onText: (chunk: Buffer) => void,
): Promise<void> {
  const stream = createReadStream(file.absolute, { highWaterMark: chunkSize });
  stream.on('data', (chunk) => onRaw(Buffer.from(chunk)));
  if (file.kind.compression === 'none') await pipeline(stream, sink(onText));
  else await pipeline(stream, createGunzip({ chunkSize }), sink(onText));
}

function sink(onChunk: (chunk: Buffer) => void): Writable {
  return new Writable({
    highWaterMark: chunkSize,
    write(chunk: Buffer, _encoding, done) {
      onChunk(chunk);
      done();
    },
  });
}

function encodingProblems(path: string, text: TextSurvey): Diagnostic[] {
  if (text.nulLine > 0) {
    return [fileProblem('not-text', path, 'holds a NUL byte: not a text file', { line: text.nulLine })];
  }
  return text.notUtf8Line === 0 ? [] : [notUtf8(path, { line: text.notUtf8Line })];
}
