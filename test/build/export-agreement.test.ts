import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exportAgreement } from '../../src/build/export-agreement.ts';
import { DiagnosticsError } from '../../src/diagnostics/diagnostic.ts';
import { recordPublished } from '../../src/state/published.ts';
import { tinyProject } from './project.ts';

const agreement = (id: string, effectiveFrom: string): string => `
id: ${id}
effective_from: ${effectiveFrom}
time_zone: Europe/Copenhagen
owners: { marketing: { title: CMO }, sales: { title: CRO } }
calendars: { office: { hours: { mon: ["08:00-16:00"] } } }
default_calendar: office
promises: { sales: [{ id: won, metric: won_deals, target: 5, per: month }] }
`;
const files = {
  'metrics/agreements/spring.yml': agreement('spring', '2026-02-01'),
  'metrics/agreements/summer.yml': agreement('summer', '2026-07-01'),
  'metrics/agreements/autumn.yml': agreement('autumn', '2026-10-01'),
};
const request = { language: 'en', format: 'markdown' } as const;

/** The version that is printed when none is named. */
function chosen(root: string): string | undefined {
  return /\*\*Version:\*\* (\w+)/.exec(exportAgreement(root, request))?.[1];
}

function publishedAt(root: string, asOf: string): void {
  const record = { format: 1, project: 'tiny', asOf, publishedAt: asOf, bytes: 0, tables: {} } as const;
  recordPublished(join(root, 'target', 'handover.published.json'), record);
}

function problemOf(work: () => unknown) {
  try {
    work();
  } catch (error) {
    if (error instanceof DiagnosticsError) return error.diagnostics[0];
    throw error;
  }
  return undefined;
}

describe('the agreement that is printed', () => {
  test('is the latest where nothing was published', () => {
    expect(chosen(tinyProject(files))).toBe('autumn');
  });

  test.each([
    ['2026-06-30T21:59:59Z', 'spring'],
    ['2026-06-30T22:00:00Z', 'summer'], // midnight in Copenhagen
    ['2026-09-30T22:00:00Z', 'autumn'],
    ['2026-01-05T00:00:00Z', 'spring'], // none is in force yet: the first that will be
  ])('is the one in force when the data were published: %s', (asOf, id) => {
    const root = tinyProject(files);
    publishedAt(root, asOf);
    expect(chosen(root)).toBe(id);
  });

  test('is the one in force at the instant that is asked for', () => {
    const root = tinyProject(files);
    publishedAt(root, '2026-11-01T00:00:00Z');
    expect(exportAgreement(root, { ...request, asOf: '2026-08-01T00:00:00Z' })).toContain('**Version:** summer');
  });

  test('is the one that is named, and says until when it holds', () => {
    const markdown = exportAgreement(tinyProject(files), { ...request, id: 'spring', language: 'da' });
    expect(markdown).toContain('**Gælder:** fra 1. februar 2026 til og med 30. juni 2026');
    expect(markdown).toContain('| `won` | Vundne handler | mindst 5 om måneden |');
  });

  test('is a page of its own as HTML', () => {
    const html = exportAgreement(tinyProject(files), { ...request, format: 'html' });
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(html).toContain('<td data-name="Promise">Won deals</td>');
  });
});

test('an agreement that is not there is told with the nearest name', () => {
  expect(problemOf(() => exportAgreement(tinyProject(files), { ...request, id: 'sumer' }))).toMatchObject({
    code: 'unknown-agreement',
    message: 'no agreement "sumer"',
    expected: 'one of spring, summer, autumn',
    fix: 'Did you mean "summer"?',
  });
  expect(problemOf(() => exportAgreement(tinyProject(), request))).toMatchObject({ code: 'no-agreement' });
});
