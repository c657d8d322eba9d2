import { resolve } from 'node:path';
import type { Language } from '../../../reports/components/catalogue.ts';
import { type Diagnostic, DiagnosticsError } from '../../diagnostics/diagnostic.ts';
import { didYouMean } from '../../diagnostics/suggest.ts';
import { isWebAddress, type SiteSettings } from '../../project/site-settings.ts';
import { openBeside } from '../export.ts';
import { findReports } from '../site.ts';
import { type About, readAbout, readFacts, readWeeks, SiteTables, type Week } from './facts.ts';
import { digestHtml } from './html.ts';
import { digestMarkdown } from './markdown.ts';
import { type Digest, tellWeek } from './words.ts';

export interface DigestRequest {
  /** The published DuckDB file; it is only read. */
  readonly published: string;
  /** The project's root: whose queries are asked, if it has pages of its own. */
  readonly root: string;
  readonly settings: SiteSettings;
  /** Such as `2026-W47`; the last that ended, when left out. */
  readonly week?: string;
  readonly language: Language;
  /** Where the site is served; as the settings say, when left out. */
  readonly url?: string;
}

export type DigestFormat = 'html' | 'markdown';

/**
 * A week on one screen, from the queries of the site.
 * @throws DiagnosticsError when there is no such week, or the address is none.
 */
export async function digest(request: DigestRequest): Promise<{ readonly digest: Digest; readonly week: Week }> {
  const url = checkUrl(request.url) ?? request.settings.url;
  const reports = resolve(findReports(request.root));
  const warehouse = await openBeside({ published: request.published, reports, settings: request.settings });
  try {
    const tables = new SiteTables(warehouse, reports);
    const about = await readAbout(tables);
    const week = chooseWeek(await readWeeks(tables), about, request.week);
    const facts = await readFacts(tables, about, week);
    return { digest: tellWeek(facts, { language: request.language, ...(url === undefined ? {} : { url }) }), week };
  } finally {
    warehouse.close();
  }
}

/** As it is sent or pasted. */
export function printDigest(told: Digest, format: DigestFormat): string {
  return format === 'html' ? digestHtml(told) : digestMarkdown(told);
}

function checkUrl(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  if (isWebAddress(url)) return url.replace(/\/+$/, '');
  throw failure({
    code: 'invalid-option',
    message: `--link "${url}" is no address`,
    expected: 'where the site is served, such as https://sla.example.com/review',
  });
}

function chooseWeek(weeks: readonly Week[], { week: lastEnded }: About, wanted: string | undefined): Week {
  if (wanted !== undefined && !/^\d{4}-W\d{2}$/.test(wanted)) {
    throw failure({
      code: 'invalid-option',
      message: `--week "${wanted}" is no week`,
      expected: 'an ISO week, such as 2026-W47',
    });
  }
  const labels = weeks.map(({ label }) => label);
  const week = weeks.find(({ label }) => label === (wanted ?? lastEnded));
  if (week !== undefined) return week;
  const [first, last] = [labels[0], labels.at(-1)];
  if (first === undefined || last === undefined) {
    throw failure({
      code: 'no-week',
      message: 'the last build has figures of no week',
      fix: 'Load data and build again.',
    });
  }
  if (wanted === undefined) {
    throw failure({
      code: 'no-week',
      message: 'no week has ended yet by the data of the last build',
      fix: `Ask for the week so far with --week ${last}, or build again after Sunday.`,
    });
  }
  const guess = didYouMean(wanted, labels);
  throw failure({
    code: 'unknown-week',
    message: `the last build has no figures of week ${wanted}`,
    expected: first === last ? first : `a week from ${first} to ${last}`,
    ...(guess === undefined ? {} : { fix: guess }),
  });
}

function failure(diagnostic: Omit<Diagnostic, 'severity'>): DiagnosticsError {
  return new DiagnosticsError([{ severity: 'error', ...diagnostic }]);
}
