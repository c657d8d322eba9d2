import type { Place, SourceText } from '../project/yaml-file.ts';

/** The line and column of a byte offset in a file; DuckDB counts bytes, people count characters. */
export function placeOfByte(file: SourceText, byte: number | undefined): Place {
  const before = Buffer.from(file.text)
    .subarray(0, byte ?? 0)
    .toString();
  const lineStart = before.lastIndexOf('\n') + 1;
  return {
    file: file.path,
    line: before.split('\n').length,
    column: [...before.slice(lineStart)].length + 1,
    source: file.text,
  };
}

/** The same of what DuckDB's parser refuses, which it counts in characters. */
export function placeOfCharacter(file: SourceText, character: number): Place {
  return placeOfByte(file, Buffer.byteLength([...file.text].slice(0, character).join('')));
}
