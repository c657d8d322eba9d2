import { closeSync, openSync, readSync } from 'node:fs';

const frameMagic = 0xfd2fb528;
const skippableMagic = 0x184d2a50;

/**
 * Whether a Zstandard file holds whole frames to its last byte. DuckDB reads a truncated one as if it ended there, so
 * the block headers are walked instead (RFC 8878, section 3.1); nothing is decompressed.
 */
export function isWholeZstd(path: string, bytes: number): boolean {
  const file = openSync(path, 'r');
  const read = (offset: number, length: number): Buffer => {
    const buffer = Buffer.alloc(length);
    return readSync(file, buffer, 0, length, offset) === length ? buffer : Buffer.alloc(0);
  };
  try {
    let offset: number | undefined = 0;
    while (offset !== undefined && offset < bytes) offset = frameEnd(read, offset);
    return offset === bytes;
  } finally {
    closeSync(file);
  }
}

type Read = (offset: number, length: number) => Buffer;

/** Where the frame at `offset` ends; undefined when it has no end. */
function frameEnd(read: Read, offset: number): number | undefined {
  const head = read(offset, 5);
  if (head.length === 0) return undefined;
  const magic = head.readUInt32LE(0);
  if ((magic & 0xfffffff0) >>> 0 === skippableMagic) {
    const size = read(offset + 4, 4);
    return size.length === 0 ? undefined : offset + 8 + size.readUInt32LE(0);
  }
  if (magic !== frameMagic) return undefined;
  const descriptor = head[4] ?? 0;
  const end = lastBlockEnd(read, offset + 5 + headerRest(descriptor));
  return end === undefined ? undefined : end + (descriptor & 4 ? 4 : 0);
}

/** Bytes of the frame header after its descriptor: window, dictionary id and content size. */
function headerRest(descriptor: number): number {
  const singleSegment = (descriptor & 0x20) !== 0;
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const contentSize = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  return (singleSegment ? 0 : 1) + dictionary + contentSize;
}

function lastBlockEnd(read: Read, start: number): number | undefined {
  for (let offset = start; ; ) {
    const header = read(offset, 3);
    if (header.length === 0) return undefined;
    const value = header.readUIntLE(0, 3);
    const isRunLength = ((value >> 1) & 3) === 1;
    offset += 3 + (isRunLength ? 1 : value >> 3);
    if (value & 1) return offset;
  }
}
