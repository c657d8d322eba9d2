export type Format = 'csv' | 'ndjson' | 'json' | 'parquet';
export type Compression = 'none' | 'gzip' | 'zstd';

export interface FileKind {
  readonly format: Format;
  readonly compression: Compression;
  /** JSON, once it was looked into: whether it is an array, whose elements are the records. */
  readonly isArray?: boolean;
}

const formats: Readonly<Record<string, Format>> = {
  csv: 'csv',
  tsv: 'csv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  json: 'json',
  parquet: 'parquet',
};

/** What a file's name says it is; `declared` wins over its extension. */
export function kindByName(path: string, declared?: Format): FileKind | undefined {
  const compression = /\.gz$/i.test(path) ? 'gzip' : /\.zst$/i.test(path) ? 'zstd' : 'none';
  const extension = /\.([a-z0-9]+)(?:\.gz|\.zst)?$/i.exec(path)?.[1]?.toLowerCase();
  const format = declared ?? formats[extension ?? ''];
  return format === undefined ? undefined : { format, compression };
}

/** The compression that a file's first bytes show. */
export function compressionByContent(head: Buffer): Compression {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  return head.length >= 4 && head.readUInt32LE(0) === 0xfd2fb528 ? 'zstd' : 'none';
}

/** What the first bytes look like, in words, where that is not text; undefined for text. */
export function binaryKind(head: Buffer): string | undefined {
  const start = head.toString('latin1', 0, 8);
  if (start.startsWith('PAR1')) return 'a Parquet file';
  if (start.startsWith('\x89PNG')) return 'a PNG picture';
  if (start.startsWith('\xff\xd8\xff')) return 'a JPEG picture';
  if (start.startsWith('%PDF')) return 'a PDF document';
  if (start.startsWith('PK\x03\x04')) return 'a ZIP archive or an Excel workbook';
  if (compressionByContent(head) === 'gzip') return 'a gzip file';
  if (compressionByContent(head) === 'zstd') return 'a Zstandard file';
  if (start.startsWith('\xff\xfe') || start.startsWith('\xfe\xff')) return 'text in UTF-16';
  if (head.includes(0)) return isSpacedText(head) ? 'text in UTF-16' : 'a binary file';
  return undefined;
}

/** Every other byte is zero in western text in UTF-16 that has no byte order mark. */
function isSpacedText(head: Buffer): boolean {
  const sample = head.subarray(0, Math.min(head.length, 200) & ~1);
  const zeros = [0, 0];
  for (const [index, byte] of sample.entries()) if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  const half = sample.length / 2;
  return sample.length > 0 && Math.max(...zeros) > half * 0.8 && Math.min(...zeros) < half * 0.2;
}
