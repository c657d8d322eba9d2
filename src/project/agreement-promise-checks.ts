import { didYouMean } from '../diagnostics/suggest.ts';
import type { Agreement, AgreementPromise, Condition, Tier } from './agreement.ts';
import { checkConditions, checkTwins, type Report } from './agreement-report.ts';
import type { YamlPath } from './yaml-file.ts';

/** What else the rules of an agreement are called in its tables. */
const reservedIds: readonly string[] = ['icp', 'fit', 'intent', 'excluded'];

/** Promises that contradict each other, or can never be kept or never hold. */
export function checkPromises(agreement: Agreement, report: Report): void {
  const { promises } = agreement;
  for (const [index, promise] of promises.entries()) {
    const before = promises.slice(0, index);
    if (before.some((earlier) => earlier.id === promise.id)) {
      report('duplicate-promise', `a second promise "${promise.id}"`, [...promise.path, 'id'], { fix: 'Rename one.' });
    }
    if (promise.kind !== 'metric' && reservedIds.includes(promise.id)) {
      report('reserved-name', `a promise cannot be called "${promise.id}"`, [...promise.path, 'id'], {
        fix: `Call it "${promise.id}_promise", for example.`,
      });
    }
    if (promise.kind !== 'metric' && before.some((earlier) => earlier.kind === promise.kind)) {
      report('duplicate-promise', `"${promise.id}": a second ${promise.kind} promise`, promise.path, {
        fix: 'Make it a tier of the first, so that it is clear which one holds for a lead.',
      });
    }
    if (before.some((earlier) => earlier.metric === promise.metric && shareGrain(earlier, promise))) {
      report('duplicate-target', `a second target for "${promise.metric}"`, [...promise.path, 'metric'], {
        fix: 'Keep one, or give each its own "per".',
      });
    }
    checkTargets(promise, agreement, report);
    if (promise.kind === 'follow_up') checkChannels(promise, report);
    if (promise.kind !== 'metric') {
      checkTiers(promise, report);
      checkVariants(promise, agreement, report);
    }
  }
}

function shareGrain(left: AgreementPromise, right: AgreementPromise): boolean {
  return left.grain === undefined || right.grain === undefined || left.grain === right.grain;
}

function checkTargets(promise: AgreementPromise, { teams }: Agreement, report: Report): void {
  const path = [...promise.path, 'target'];
  const isDivided = promise.targets.quarters.length + promise.targets.teams.length > 0;
  checkTarget(promise, promise.target, isDivided ? [...path, 'default'] : path, report);
  for (const { quarter, target } of promise.targets.quarters) {
    checkTarget(promise, target, [...path, 'quarters', quarter], report);
  }
  const known = teams.map(({ team }) => team);
  for (const { team, target } of promise.targets.teams) {
    checkTarget(promise, target, [...path, 'teams', team], report);
    if (known.includes(team)) continue;
    report('unknown-team', `"${promise.id}": a target for the unknown team "${team}"`, [...path, 'teams', team], {
      expected: known.length === 0 ? 'teams under "teams"' : `one of ${known.join(', ')}`,
      fix: didYouMean(team, known),
      part: 'key',
    });
  }
}

function checkTarget(promise: AgreementPromise, target: number, path: YamlPath, report: Report): void {
  const isRate = promise.metric.endsWith('_rate');
  if (Number.isFinite(target) && target >= 0 && (!isRate || target <= 1)) return;
  const percentage = isRate && target > 1 && target <= 100 && Number.isInteger(target);
  report('target-out-of-range', `"${promise.id}": target ${target} is out of range`, path, {
    expected: isRate ? 'a rate between 0 and 1, or a percentage such as 90 %' : 'a number of zero or more',
    fix: percentage ? `Did you mean ${target} %?` : undefined,
  });
}

function checkTiers(
  { id: clause, tiers }: { readonly id: string; readonly tiers: readonly Tier[] },
  report: Report,
): void {
  const ids = tiers.map((tier) => tier.id ?? '');
  checkTwins(ids, 'tier', (index) => [...(tiers[index]?.path ?? []), 'id'], report);
  for (const [index, tier] of tiers.entries()) {
    checkConditions(tier.when, report);
    const earlier = tiers.slice(0, index).find((candidate) => covers(candidate.when, tier.when));
    if (earlier === undefined) continue;
    const who = earlier.when.length === 0 ? 'takes every lead' : 'takes all its leads';
    report(
      'unreachable-tier',
      `"${clause}": tier "${tier.id}" can never match: "${earlier.id}" above it ${who}`,
      tier.path,
      { fix: 'Put the narrower tier first.' },
    );
  }
}

/** An attempt is made over one channel. */
function checkChannels(promise: Extract<AgreementPromise, { kind: 'follow_up' }>, report: Report): void {
  for (const tier of promise.tiers) {
    const efforts = [
      { effort: tier, path: tier.path },
      { effort: tier.reduced, path: [...tier.path, 'reduced'] },
      { effort: tier.surge, path: [...tier.path, 'surge'] },
    ];
    for (const { effort, path } of efforts) {
      if (effort === undefined || effort.attempts === 0 || effort.channels <= effort.attempts) continue;
      const message = `"${promise.id}": ${effort.attempts} attempts cannot be made over ${effort.channels} channels`;
      report('impossible-promise', message, [...path, 'channels'], { expected: `at most ${effort.attempts}` });
    }
  }
}

/** A promise for reduced days, or beyond capacity, that no calendar or team knows would never hold. */
function checkVariants(
  promise: Exclude<AgreementPromise, { kind: 'metric' }>,
  { calendars, teams }: Agreement,
  report: Report,
): void {
  const hasReduced = calendars.some(({ reduced }) => reduced.length > 0);
  const hasCapacity = teams.some(({ capacityPerDay }) => capacityPerDay !== undefined);
  for (const tier of promise.tiers) {
    if (tier.reduced !== undefined && !hasReduced) {
      report('unreachable-tier', `"${promise.id}": no calendar has reduced dates`, [...tier.path, 'reduced'], {
        fix: 'List them under "reduced" of a calendar, or remove this.',
      });
    }
    if (tier.surge !== undefined && !hasCapacity) {
      report('unreachable-tier', `"${promise.id}": no team has a capacity`, [...tier.path, 'surge'], {
        fix: 'Give a team its "capacity_per_day", or remove this.',
      });
    }
  }
}

/** True when whoever meets `narrow` surely meets `wide`. */
function covers(wide: readonly Condition[], narrow: readonly Condition[]): boolean {
  return wide.every((outer) => narrow.some((inner) => inner.attribute === outer.attribute && implies(inner, outer)));
}

function implies(inner: Condition, outer: Condition): boolean {
  if (outer.operator === 'filled') return true;
  if (outer.operator === 'in') {
    return inner.operator === 'in' && inner.values.every((value) => outer.values.includes(value));
  }
  if (outer.operator === 'at_least') return inner.operator === 'at_least' && inner.number >= outer.number;
  return inner.operator === 'at_most' && inner.number <= outer.number;
}
