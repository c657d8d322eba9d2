import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { type Acknowledgement, inputsFileName, type Ledger, ledgerFolder } from './ledger.ts';
import { shortHash } from './ledger-hash.ts';
import { restoreLine } from './ledger-rows.ts';
import { type SourceText, startOf } from './yaml-file.ts';

/** What can be said of the ledger only of all its files together. `texts`: the files of its periods, in their order. */
export function checkLedger(ledger: Ledger, texts: readonly SourceText[]): Diagnostic[] {
  return [
    ...ledger.periods.flatMap(({ label }, index) => checkSeal(ledger, label, texts[index])),
    ...checkMissing(ledger),
    ...checkTwice(ledger),
    ...ledger.acknowledgements.flatMap((entry) => checkAcknowledgement(ledger, entry) ?? []),
  ];
}

/** A published file is what it was: its hash stands in inputs.csv since it was written. */
function checkSeal({ inputs }: Ledger, label: string, file: SourceText | undefined): Diagnostic[] {
  if (file === undefined) return [];
  const seal = inputs.find(({ kind, period }) => kind === 'publication' && period === label);
  if (seal === undefined) {
    return [
      {
        code: 'unknown-publication',
        severity: 'error',
        message: `${ledgerFolder}/${inputsFileName} knows nothing of ${label}`,
        ...startOf(file),
        fix: `Publish the period with "handover publish --period ${label}" once this file is gone; a ledger is not written by hand.`,
      },
    ];
  }
  if (seal.hash === shortHash(file.text)) return [];
  return [
    {
      code: 'changed-publication',
      severity: 'error',
      message: `${label} is not what was published`,
      ...startOf(file),
      expected: `the file whose hash is ${seal.hash}, as ${seal.place.file}:${seal.place.line} says`,
      fix: `${restoreLine} A value that is another now is acknowledged with "handover publish --acknowledge".`,
    },
  ];
}

function checkMissing({ inputs, periods }: Ledger): Diagnostic[] {
  const labels = new Set(periods.map(({ label }) => label));
  return inputs
    .filter(({ kind, period }) => kind === 'publication' && !labels.has(period))
    .map(({ period, place }) => ({
      code: 'missing-file',
      severity: 'error',
      message: `${period} was published and ${ledgerFolder}/${period}.csv is gone`,
      ...place,
      fix: 'Restore the file from git; if the period should never have been published, remove this line too.',
    }));
}

function checkTwice({ inputs }: Ledger): Diagnostic[] {
  const seen = new Map<string, number>();
  return inputs.flatMap(({ kind, period, place }) => {
    if (kind !== 'publication') return [];
    const first = seen.get(period);
    if (first === undefined) {
      seen.set(period, place.line);
      return [];
    }
    const message = `${period} is published a second time; the first is line ${first}`;
    return [{ code: 'duplicate-publication', severity: 'error', message, ...place, fix: restoreLine }];
  });
}

function checkAcknowledgement({ periods, inputs }: Ledger, entry: Acknowledgement): Diagnostic | undefined {
  const { period, metric, version, fromValue, place } = entry;
  const published = periods.find(({ label }) => label === period);
  if (published === undefined) {
    // Told once, of the file that is gone.
    if (inputs.some((input) => input.kind === 'publication' && input.period === period)) return undefined;
    const fix = didYouMean(
      period,
      periods.map(({ label }) => label),
    );
    return {
      code: 'unknown-period',
      severity: 'error',
      message: `${period} was not published`,
      ...place,
      ...(fix === undefined ? {} : { fix }),
    };
  }
  const line = published.lines.find((candidate) => candidate.metric === metric && candidate.version === version);
  if (line === undefined) {
    const names = published.lines.map((candidate) => candidate.metric);
    const fix = didYouMean(metric, names);
    return {
      code: 'unknown-metric',
      severity: 'error',
      message: `version ${version} of "${metric}" was not published in ${period}`,
      ...place,
      ...(fix === undefined || names.includes(metric) ? {} : { fix }),
    };
  }
  if (line.value === fromValue) return undefined;
  return {
    code: 'invalid-value',
    severity: 'error',
    message: `from_value ${fromValue ?? '(none)'} of "${metric}" is not what was published in ${period}`,
    ...place,
    expected: `${line.value ?? 'nothing'}, as ${line.place.file}:${line.place.line} says`,
    fix: restoreLine,
  };
}
