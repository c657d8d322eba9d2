import type { PublishedLine, PublishedPeriod } from '../project/ledger.ts';
import type { Place } from '../project/yaml-file.ts';
import type { Restatement } from './restatements.ts';
import { valueInWords } from './words.ts';

/** Whether a build shows what was published: of one metric that does not, or of all of a period together. */
export interface LedgerResult {
  readonly metric: string | null;
  /** `published(2026-W46)` */
  readonly rule: string;
  readonly severity: 'error' | 'warn';
  readonly passed: boolean;
  readonly observed: string;
  readonly expected: string;
  readonly place: Place;
}

/**
 * One result for each value that is beyond tolerance and that nobody gave a reason for, and one for the rest of a period.
 * `asOf`: how far the data are trusted now, an ISO instant; and whether somebody asked for it.
 */
export function ledgerResults(
  periods: readonly PublishedPeriod[],
  restatements: readonly Restatement[],
  { asOf, isAsOfAsked }: { readonly asOf: string; readonly isAsOfAsked: boolean },
): LedgerResult[] {
  return periods.flatMap((period) => {
    if (isAsOfAsked && isLater(period, asOf)) return notCompared(period, asOf);
    const own = restatements.filter((restatement) => restatement.period === period.label);
    const broken = own.filter(({ is_beyond, is_acknowledged }) => is_beyond && !is_acknowledged);
    return [...broken.flatMap((restatement) => violation(period, restatement)), ...rest(period, own, broken.length)];
  });
}

function violation({ label, lines }: PublishedPeriod, restatement: Restatement): LedgerResult[] {
  const line = lines.find(({ metric }) => metric === restatement.metric);
  if (line === undefined) return [];
  const now = shown(restatement.value_now, restatement.status_now, restatement);
  const published = shown(restatement.value_published, restatement.status_published, restatement);
  const how = `handover publish --period ${label} --acknowledge --reason "…"`;
  return [
    {
      metric: restatement.metric,
      rule: `published(${label})`,
      severity: restatement.severity,
      passed: false,
      observed: `${now} now, ${published} when published; because ${restatement.cause_en}`,
      expected: `${allowed(restatement)}, or acknowledged: ${how}${versionAdvice(restatement)}`,
      place: line.place,
    },
  ];
}

/** What a new meaning wants in place of a reason: that closed periods keep the old one. */
function versionAdvice({ cause, metric, version_published: version }: Restatement): string {
  if (cause !== 'definition' && cause !== 'both') return '';
  return `; if the metric means something else now: a new version with effective_from, the one before kept as ${metric}.v${version}.yml`;
}

/** With the verdict where that is another one. */
function shown(value: number | null, status: string | null, restatement: Restatement): string {
  const text = valueInWords(value, restatement.unit, 'en');
  const isSame = restatement.status_now === restatement.status_published;
  return isSame ? text : `${text} (${status === null ? 'no verdict' : status.replace('_', ' ')})`;
}

function allowed({ tolerance, unit, value_published, status_published }: Restatement): string {
  const verdict = status_published === 'kept' || status_published === 'missed' ? ' and the same verdict' : '';
  if (value_published === null) return 'no value';
  const share = Number(((tolerance ?? 0) * 100).toPrecision(6));
  return `within ${share} ${unit === 'percent' ? (share === 1 ? 'point' : 'points') : '%'}${verdict}`;
}

function rest({ label, lines }: PublishedPeriod, own: readonly Restatement[], broken: number): LedgerResult[] {
  const [first] = lines;
  if (first === undefined || lines.length === broken) return [];
  const count = (test: (restatement: Restatement) => boolean): number => own.filter(test).length;
  const isExcused = ({ is_settled, is_past_retention }: Restatement): boolean => is_settled || is_past_retention;
  const parts = [
    [lines.length - own.length, 'as published'],
    [count(({ is_settled }) => is_settled), 'settled since'],
    [count(({ is_past_retention, is_settled }) => is_past_retention && !is_settled), 'past retention'],
    [count((restatement) => !restatement.is_beyond && !isExcused(restatement)), 'within tolerance'],
    [count(({ is_beyond, is_acknowledged }) => is_beyond && is_acknowledged), 'acknowledged'],
  ] as const;
  return [held(label, first, parts.flatMap(([number, word]) => (number === 0 ? [] : `${number} ${word}`)).join(', '))];
}

/** Of an earlier day a build need not show what was published later. */
function isLater({ lines: [first] }: PublishedPeriod, asOf: string): boolean {
  return first !== undefined && Date.parse(first.asOf) > Date.parse(asOf);
}

function notCompared({ label, lines: [first] }: PublishedPeriod, asOf: string): LedgerResult[] {
  if (first === undefined) return [];
  return [held(label, first, `not compared: published as of ${first.asOf}, and the data reach to ${asOf}`)];
}

function held(label: string, { place }: PublishedLine, observed: string): LedgerResult {
  return {
    metric: null,
    rule: `published(${label})`,
    severity: 'error',
    passed: true,
    observed,
    expected: 'what was published, within tolerance or acknowledged',
    place: { ...place, line: 1 },
  };
}
