import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import type { Agreement } from '../../../src/project/agreement.ts';
import type { Metric } from '../../../src/project/metric.ts';
import { readMetric } from '../../../src/project/metric-file.ts';
import { agreementOf } from '../../agreement/tables-of.ts';
import { wholeAgreement } from '../../agreement/whole-agreement.ts';

/** A place in a YAML file and what is written there; undefined takes it away. */
export type Edit = readonly [path: readonly (string | number)[], value: unknown];

/** Every key that an agreement can have, each with a value that is not its default. */
export const fullText = edited(wholeAgreement, [
  [['fiscal_year_starts'], 'july'],
  [['owners', 'sales', 'deputy'], 'Inside Sales Manager'],
  [['icp', 1], { attribute: 'company_size', at_least: 100, at_most: 5000 }],
  [['icp', 2], { attribute: 'industry', filled: true }],
  [['score', 'fit', 1], { attribute: 'country', in: ['DK'], points: 5 }],
  [['calendars', 'office', 'holidays'], ['dk']],
  [['calendars', 'office', 'hours', 'fri'], ['08:00-16:00']],
  [['calendars', 'london'], { time_zone: 'Europe/London', hours: { mon: ['09:00-17:30'] } }],
  [['promises', 'marketing'], [{ id: 'volume', metric: 'mql_volume', target: 120, per: 'month' }]],
  [['promises', 'sales', 4], { id: 'no_show', metric: 'no_show_rate', target: '20 %' }],
  [['promises', 'sales', 0, 'tiers', 0, 'title'], { en: 'demo requests', da: 'demoforespørgsler' }],
  [['playbooks', 0, 'url'], 'https://wiki.example/first-call'],
  [['playbooks', 0, 'steps'], { en: ['Read', 'Call'], da: ['Læs', 'Ring'] }],
  [['release_reasons'], ['spam', 'duplicate']],
  [['approvals'], [{ by: 'sales', on: '2026-01-20', terms: 'a1b2c3d4' }]],
]);

function edited(text: string, edits: readonly Edit[]): string {
  const document = parseDocument(text);
  for (const [path, value] of edits) {
    if (value === undefined) document.deleteIn(path);
    else document.setIn(path, document.createNode(value));
  }
  return document.toString();
}

export function agreementWith(edits: readonly Edit[], text = fullText): Agreement {
  return agreementOf(edited(text, edits));
}

/** As they ship: their labels, units and directions put targets into words. */
export const metrics: readonly Metric[] = ['mql_volume', 'response_within_sla_rate', 'no_show_rate'].flatMap((name) => {
  const path = `metrics/${name}.yml`;
  return readMetric({ path, text: readFileSync(join(import.meta.dirname, '../../..', path), 'utf8') }, []) ?? [];
});
