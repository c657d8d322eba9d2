import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Diagnostic, failOnErrors } from '../diagnostics/diagnostic.ts';
import { FileReader } from '../project/file-reader.ts';
import type { Ledger } from '../project/ledger.ts';
import { readLedger } from '../project/ledger-file.ts';

/**
 * The ledger of the project in a folder, whose other files need not be right.
 * @throws DiagnosticsError with everything that is wrong with the ledger.
 */
export function openLedger(root: string): Ledger {
  const problems: Diagnostic[] = [];
  const ledger = readLedger(new FileReader(root, root, problems), problems);
  failOnErrors(problems);
  return ledger;
}

/** Adds lines to a file of the ledger, which begins with a header; an editor may have left its last line without an end. */
export function appendLines(file: string, header: string, lines: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const start = before === '' ? header : before.endsWith('\n') ? '' : '\n';
  appendFileSync(file, `${start}${lines}`);
}
