import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { FileReader } from './file-reader.ts';
import { inputsFileName, type Ledger, ledgerFolder, restatementsFileName } from './ledger.ts';
import { readAcknowledgements } from './ledger-acknowledgements.ts';
import { checkLedger } from './ledger-checks.ts';
import { readInputLines } from './ledger-inputs.ts';
import { readPublishedPeriod } from './ledger-published.ts';

/** Reads the ledger of a project, which may be empty; everything that is wrong with it is added to `problems`. */
export function readLedger(files: FileReader, problems: Diagnostic[]): Ledger {
  const found: Diagnostic[] = [];
  const read = (name: string) => files.read(`${ledgerFolder}/${name}`);
  const others = [inputsFileName, restatementsFileName];
  const names = files.list(ledgerFolder, '.csv', false).map((path) => path.split('/').at(-1) ?? '');
  const texts = names.filter((name) => !others.includes(name)).flatMap((name) => read(name) ?? []);
  const [inputs, restatements] = others.map(read);
  const ledger = {
    periods: texts.flatMap((file) => readPublishedPeriod(file, found) ?? []),
    inputs: inputs === undefined ? [] : readInputLines(inputs, found),
    acknowledgements: restatements === undefined ? [] : readAcknowledgements(restatements, found),
  };
  // Of files that cannot be read nothing more can be said.
  problems.push(...(found.length > 0 ? found : checkLedger(ledger, texts)));
  return ledger;
}
