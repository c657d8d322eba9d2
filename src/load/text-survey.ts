import { isUtf8 } from 'node:buffer';

/** What the bytes of a text file say, counted apart from DuckDB so that its count of rows can be checked against it. */
export interface TextSurvey {
  /** Physical number of the last line that is not blank. */
  readonly lines: number;
  /** Blank ones among these. */
  readonly blankLines: number;
  /** Whether some lines end in CR LF, others in LF alone, and no CR stands elsewhere. */
  readonly hasMixedLineEnds: boolean;
  /** Whether a CR stands without LF, which DuckDB's reader of lines takes for an end and others do not. */
  readonly hasLoneReturns: boolean;
  /** First line that is not UTF-8, or holds a NUL; 0 for none. */
  readonly notUtf8Line: number;
  readonly nulLine: number;
  /** The last character that is not blank. */
  readonly ending: string;
}

const lineFeed = 10;
const carriageReturn = 13;
const space = 32;

/** Counts lines and checks the encoding of a text that comes in chunks. */
export class TextSurveyor {
  private line = 0;
  private lastFilled = 0;
  private blank = 0;
  private blankSinceFilled = 0;
  private lineFeeds = 0;
  private carriageReturns = 0;
  private carriageReturnLineFeeds = 0;
  private notUtf8Line = 0;
  private nulLine = 0;
  private lastByte = 0;
  /** Length and last byte of the line that the previous chunk left open. */
  private openLength = 0;
  private openLast = 0;
  /** The first bytes of a character that the previous chunk cut in two. */
  private cut: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): void {
    this.checkBytes(chunk);
    this.lastByte = chunk.findLast((byte) => byte > space) ?? this.lastByte;
    for (let at = chunk.indexOf(carriageReturn); at >= 0; at = chunk.indexOf(carriageReturn, at + 1)) {
      this.carriageReturns++;
    }
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, start)) {
      const last = end > start ? chunk[end - 1] : this.openLength > 0 ? this.openLast : lineFeed;
      this.endLine(this.openLength + end - start, last === carriageReturn);
      this.openLength = 0;
      this.lineFeeds++;
      start = end + 1;
    }
    this.openLength += chunk.length - start;
    this.openLast = chunk.at(-1) ?? this.openLast;
  }

  finish(): TextSurvey {
    if (this.cut.length > 0 && this.notUtf8Line === 0) this.notUtf8Line = this.line + 1;
    if (this.openLength > 0) this.endLine(this.openLength, false);
    const { lastFilled: lines, blank: blankLines, notUtf8Line, nulLine, carriageReturnLineFeeds: pairs } = this;
    const hasMixedLineEnds = pairs > 0 && pairs === this.carriageReturns && pairs < this.lineFeeds;
    const hasLoneReturns = pairs !== this.carriageReturns;
    const ending = String.fromCharCode(this.lastByte);
    return { lines, blankLines, hasMixedLineEnds, hasLoneReturns, notUtf8Line, nulLine, ending };
  }

  private endLine(length: number, hasCarriageReturn: boolean): void {
    this.line++;
    if (hasCarriageReturn) this.carriageReturnLineFeeds++;
    if (length === (hasCarriageReturn ? 1 : 0)) {
      this.blankSinceFilled++;
      return;
    }
    this.blank += this.blankSinceFilled;
    this.blankSinceFilled = 0;
    this.lastFilled = this.line;
  }

  private checkBytes(chunk: Buffer): void {
    if (this.nulLine === 0 && chunk.includes(0)) this.nulLine = this.lineOf(chunk, (line) => line.includes(0));
    if (this.notUtf8Line > 0) return;
    const bytes = this.cut.length === 0 ? chunk : Buffer.concat([this.cut, chunk]);
    const whole = bytes.subarray(0, bytes.length - cutLength(bytes));
    this.cut = Buffer.from(bytes.subarray(whole.length));
    if (!isUtf8(whole)) this.notUtf8Line = this.lineOf(whole, (line) => !isUtf8(line));
  }

  /** Number of the first line for which the test holds, in bytes that start within the line now open. */
  private lineOf(bytes: Buffer, test: (line: Buffer) => boolean): number {
    let start = 0;
    for (let number = this.line + 1; ; number++) {
      const end = bytes.indexOf(lineFeed, start);
      if (end < 0 || test(bytes.subarray(start, end))) return number;
      start = end + 1;
    }
  }
}

/** How many bytes at the end begin a UTF-8 character without completing it. */
function cutLength(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}
