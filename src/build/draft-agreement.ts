import { basename, dirname } from 'node:path';
import { checkAgreements } from '../agreement/check.ts';
import { type Diagnostic, DiagnosticsError, failOnErrors } from '../diagnostics/diagnostic.ts';
import { type Agreement, readAgreement } from '../project/agreement-file.ts';
import { FileReader } from '../project/file-reader.ts';
import { isLocalDate } from '../project/opening-hours.ts';
import type { Project } from '../project/project.ts';

export interface DraftRequest {
  /** The draft's file, absolute. */
  readonly agreement: string;
  /** YYYY-MM-DD: the day from which the draft is taken to be in force; undefined: the one that it says itself. */
  readonly from?: string;
  /** YYYY-MM-DD, not included; undefined: as far as the data reach. */
  readonly to?: string;
}

/** A project in which a draft is in force. */
export interface DraftedProject {
  readonly project: Project;
  readonly draft: Agreement;
  readonly warnings: readonly Diagnostic[];
}

/**
 * Puts a draft among a project's agreements, in force from `from`; agreements that begin between then and `to` are left
 * out.
 * @throws DiagnosticsError with everything that is wrong with the request and the draft, as a build would tell it.
 */
export function draftInto(project: Project, request: DraftRequest): DraftedProject {
  const { to } = request;
  const problems = checkDates(request);
  const read = readDraft(project, request.agreement, problems);
  failOnErrors(problems);
  if (read === undefined) throw new DiagnosticsError(problems);
  const from = request.from ?? read.effectiveFrom;
  failOnErrors(checkOrder(from, to));

  const kept = project.agreements.filter(
    ({ effectiveFrom }) => effectiveFrom < from || (to !== undefined && effectiveFrom >= to),
  );
  // A draft mostly begins as a copy, id and all.
  const id = kept.some((agreement) => agreement.id === read.id) ? `${read.id} (draft)` : read.id;
  const draft: Agreement = { ...read, id, effectiveFrom: from };
  const agreements = [...kept, draft].sort((left, right) => (left.effectiveFrom < right.effectiveFrom ? -1 : 1));
  const metrics = project.metrics.map(({ name }) => name);
  problems.push(...checkAgreements(agreements, metrics));
  failOnErrors(problems);
  return { project: { ...project, agreements }, draft, warnings: problems };
}

function readDraft(project: Project, file: string, problems: Diagnostic[]): Agreement | undefined {
  const text = new FileReader(dirname(file), project.root, problems).read(basename(file));
  if (text !== undefined) return readAgreement(text, problems);
  problems.push({
    code: 'no-file',
    severity: 'error',
    message: `no file ${file}`,
    expected: 'an agreement such as those in metrics/agreements/',
  });
  return undefined;
}

function checkDates({ from, to }: DraftRequest): Diagnostic[] {
  const named = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  return Object.entries(named)
    .filter(([, date]) => !isLocalDate(date))
    .map(([name, date]) => ({
      code: 'invalid-option',
      severity: 'error',
      message: `--${name} "${date}" is not a date`,
      expected: 'a date such as 2026-07-01',
    }));
}

function checkOrder(from: string, to: string | undefined): Diagnostic[] {
  if (to === undefined || from < to) return [];
  return [
    {
      code: 'invalid-option',
      severity: 'error',
      message: `--to ${to} is not after --from ${from}`,
      expected: 'the day after the last one that counts',
    },
  ];
}
