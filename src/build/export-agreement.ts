import { documentOf } from '../agreement/document.ts';
import { toHtmlPage } from '../agreement/document-html.ts';
import { toMarkdown } from '../agreement/document-markdown.ts';
import type { Language } from '../agreement/document-words.ts';
import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import type { Agreement } from '../project/agreement.ts';
import { openProject } from '../project/project.ts';
import { warehouseFiles } from '../state/files.ts';
import { readPublished } from '../state/published.ts';

export interface AgreementRequest {
  /** Left out: the agreement in force at `asOf`, and where nothing was published, the latest. */
  readonly id?: string;
  readonly language: Language;
  readonly format: 'markdown' | 'html';
  /** ISO instant; left out: that of the published data. */
  readonly asOf?: string;
  readonly warehouse?: string;
}

/**
 * The agreement as a document to be read and signed, from its file: nothing need be built.
 * @throws DiagnosticsError when the project has no agreement, or none of that name.
 */
export function exportAgreement(root: string, request: AgreementRequest): string {
  const { agreements, metrics } = openProject(root);
  const asOf = request.asOf ?? readPublished(warehouseFiles(root, request.warehouse).record)?.asOf;
  const agreement = request.id === undefined ? inForce(agreements, asOf) : named(agreements, request.id);
  const next = agreements[agreements.indexOf(agreement) + 1];
  const document = documentOf(
    agreement,
    { metrics, ...(next === undefined ? {} : { supersededOn: next.effectiveFrom }) },
    request.language,
  );
  return request.format === 'html' ? toHtmlPage(document) : toMarkdown(document);
}

function named(agreements: readonly Agreement[], id: string): Agreement {
  const found = agreements.find((agreement) => agreement.id === id);
  if (found !== undefined) return found;
  const ids = agreements.map((agreement) => agreement.id);
  const fix = didYouMean(id, ids);
  throw new DiagnosticsError([
    {
      code: 'unknown-agreement',
      severity: 'error',
      message: `no agreement "${id}"`,
      expected: ids.length === 0 ? 'an agreement under metrics/agreements/' : `one of ${ids.join(', ')}`,
      ...(fix === undefined ? {} : { fix }),
    },
  ]);
}

/** Before the first takes effect, the first. */
function inForce(agreements: readonly Agreement[], asOf: string | undefined): Agreement {
  const begun = agreements.filter(
    ({ effectiveFrom, timeZone }) => asOf === undefined || effectiveFrom <= localDate(asOf, timeZone),
  );
  const agreement = begun.at(-1) ?? agreements[0];
  if (agreement !== undefined) return agreement;
  throw new DiagnosticsError([
    {
      code: 'no-agreement',
      severity: 'error',
      message: 'the project has no agreement',
      fix: 'Write one under metrics/agreements/; "handover init" shows what it may say.',
    },
  ]);
}

function localDate(instant: string, timeZone: string): string {
  // Of the languages that write dates as YYYY-MM-DD.
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(new Date(instant));
}
