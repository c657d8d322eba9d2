import type { ContractResult } from '../build/check-contracts.ts';

/**
 * Results as JUnit XML, as continuous integration shows it: a suite for each metric and model, a case for each rule. A
 * rule that only warns is a skipped case: of one that passed no text would be shown, and a failed one stops the pipeline.
 */
export function formatJunit(results: readonly ContractResult[]): string {
  const subjects = new Map<string, ContractResult[]>();
  for (const result of results) {
    const subject = result.metric ?? result.model ?? 'the data';
    subjects.set(subject, [...(subjects.get(subject) ?? []), result]);
  }
  const suites = [...subjects].map(([subject, own]) =>
    element('testsuite', { name: subject, ...countsOf(own) }, own.map((result) => testCase(subject, result)).join('')),
  );
  const all = element('testsuites', { name: 'handover check', ...countsOf(results) }, suites.join(''));
  return `<?xml version="1.0" encoding="UTF-8"?>\n${all}`;
}

function countsOf(results: readonly ContractResult[]): Readonly<Record<string, string>> {
  const broken = results.filter(({ passed }) => !passed);
  return {
    tests: String(results.length),
    failures: String(broken.filter(({ severity }) => severity === 'error').length),
    errors: '0',
    skipped: String(broken.filter(({ severity }) => severity === 'warn').length),
    time: '0',
  };
}

function testCase(subject: string, result: ContractResult): string {
  const { rule, place, observed, expected, passed } = result;
  const attributes = {
    classname: subject,
    name: rule,
    ...(place === undefined ? {} : { file: place.file, line: String(place.line) }),
    time: '0',
  };
  if (passed) return element('testcase', attributes, element('system-out', {}, escaped(observed)));
  const { kind, message } =
    result.severity === 'error'
      ? { kind: 'failure', message: 'does not hold' }
      : { kind: 'skipped', message: 'warning: does not hold' };
  const rows = result.rowsIn === null ? '' : `\nrows: handover show ${result.rowsIn}`;
  const where = place === undefined ? '' : `\n${place.file}:${place.line}`;
  const text = `${observed}\nexpected: ${expected}${rows}${where}`;
  const type = kind === 'failure' ? { type: 'contract-violated' } : {};
  return element('testcase', attributes, element(kind, { message: `${rule} ${message}`, ...type }, escaped(text)));
}

function element(name: string, attributes: Readonly<Record<string, string>>, content: string): string {
  const list = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${escaped(value).replaceAll('\n', '&#10;')}"`,
  );
  return `<${name}${list.join('')}>${content.startsWith('<') ? `\n${content}` : content}</${name}>\n`;
}

/** Text without what XML 1.0 cannot hold: control characters, halves of pairs, and two that are no characters. */
function escaped(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
