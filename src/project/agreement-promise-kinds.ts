import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Agreement, Side } from './agreement.ts';
import type { EffortKey, EffortYaml, PromiseYaml } from './agreement-promise-schema.ts';
import type { YamlPath } from './yaml-file.ts';

export interface PromisePlace {
  readonly side: Side;
  readonly path: YamlPath;
  readonly at: Agreement['at'];
}

/** Which promise it is shows from its keys. */
export const keysOf = {
  first_response: ['within_minutes'],
  follow_up: ['attempts', 'channels', 'business_days'],
  acceptance: ['accept_within_hours'],
  meeting_outcome: ['report_within_days'],
} as const satisfies Record<string, readonly EffortKey[]>;
export type Kind = keyof typeof keysOf;
export const kinds: readonly Kind[] = ['first_response', 'follow_up', 'acceptance', 'meeting_outcome'];

/** A project may measure a promise by a metric of its own. */
const metricOf: Readonly<Record<Kind, string>> = {
  first_response: 'response_within_sla_rate',
  follow_up: 'follow_up_rate',
  acceptance: 'acceptance_within_sla_rate',
  meeting_outcome: 'meeting_outcome_reported_rate',
};
const wordOf: Readonly<Record<Kind, string>> = {
  first_response: 'a first response',
  follow_up: 'follow-up',
  acceptance: 'acceptance',
  meeting_outcome: 'a meeting outcome',
};
const variants = ['reduced', 'surge'] as const;

/**
 * The kinds that a promise's keys tell: one, or something is wrong. A variant is read as what it varies, and a promise
 * of sales without any key as what its metric measures.
 */
export function kindsMeant(yaml: PromiseYaml, side: Side): readonly Kind[] {
  const parts = [yaml, ...(yaml.tiers ?? [])];
  const meant = kindsOf(parts);
  if (meant.length > 0) return meant;
  const varied = kindsOf(parts.flatMap((part) => [part.reduced ?? {}, part.surge ?? {}]));
  if (varied.length > 0 || side === 'marketing') return varied;
  return kinds.filter((kind) => metricOf[kind] === yaml.metric);
}

function kindsOf(parts: readonly EffortYaml[]): readonly Kind[] {
  return kinds.filter((kind) => keysOf[kind].some((key) => parts.some((part) => part[key] !== undefined)));
}

/** Nobody would look for a follow-up's rate under a first response. */
export function checkMetric(kind: Kind, yaml: PromiseYaml, { path, at }: PromisePlace, problems: Diagnostic[]): void {
  if (!kinds.some((other) => other !== kind && metricOf[other] === yaml.metric)) return;
  problems.push({
    code: 'invalid-promise',
    severity: 'error',
    message: `"${yaml.id}": ${yaml.metric} does not measure ${wordOf[kind]}`,
    ...at([...path, 'metric']),
    expected: metricOf[kind],
  });
}

/** What is written at `path`, and each of its variants, must name every key of its kind and none of another. */
export function checkKeys(
  kind: Kind,
  promise: PromiseYaml,
  written: EffortYaml & { readonly reduced?: EffortYaml | undefined; readonly surge?: EffortYaml | undefined },
  { path, at }: Pick<PromisePlace, 'path' | 'at'>,
  problems: Diagnostic[],
): void {
  const report = (code: string, message: string, where: YamlPath, help: Pick<Diagnostic, 'expected' | 'fix'>) =>
    problems.push({ code, severity: 'error', message: `"${promise.id}"${message}`, ...at(where), ...help });
  for (const key of keysOf[kind].filter((each) => written[each] === undefined)) {
    const measured = promise.metric === metricOf[kind] ? `: ${promise.metric} measures it` : '';
    report('missing-key', `: missing key "${key}"`, path, { expected: `how much is promised${measured}` });
  }
  for (const variant of variants) {
    const effort = written[variant];
    if (effort === undefined) continue;
    const foreign = kinds
      .filter((other) => other !== kind)
      .flatMap((other) => keysOf[other].filter((key) => effort[key] !== undefined).map((key) => ({ other, key })));
    for (const { other, key } of foreign) {
      const own = `"${keysOf[kind].join('", "')}" to ${wordOf[kind]}`;
      report('invalid-promise', `: "${key}" belongs to ${wordOf[other]}, ${own}`, [...path, variant, key], {});
    }
    if (foreign.length > 0) continue;
    for (const key of keysOf[kind].filter((each) => effort[each] === undefined)) {
      report('missing-key', `, "${variant}": missing key "${key}"`, [...path, variant], {
        fix: 'It says all that is promised then.',
      });
    }
  }
}
