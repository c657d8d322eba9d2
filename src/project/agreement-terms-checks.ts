import { didYouMean } from '../diagnostics/suggest.ts';
import type { Agreement, Score, StageTerms } from './agreement.ts';
import { checkConditions, checkTwins, type Report } from './agreement-report.ts';
import { stageNames } from './stages.ts';

export function checkStages(agreement: Agreement, report: Report): void {
  for (const terms of agreement.stages) {
    const { stage, target } = terms;
    const path = ['stages', stage];
    if (!stageNames.includes(stage)) {
      report('unknown-stage', `unknown stage "${stage}"`, path, {
        expected: `one of ${stageNames.join(', ')}`,
        fix: didYouMean(stage, stageNames),
        part: 'key',
      });
    }
    checkTwins(terms.requiredFields, 'field', (index) => [...path, 'required_fields', index], report);
    if (target !== undefined && (target < 0 || target > 1)) {
      report('target-out-of-range', `"${stage}": target ${target} is out of range`, [...path, 'target'], {
        expected: 'a rate between 0 and 1, or a percentage such as 75 %',
        fix: Number.isInteger(target) && target > 1 && target <= 100 ? `Did you mean ${target} %?` : undefined,
      });
    }
    checkCriteria(terms, agreement, report);
  }
}

function checkCriteria({ stage, criteria }: StageTerms, { icp, score }: Agreement, report: Report): void {
  if (criteria === undefined) return;
  const path = ['stages', stage, 'criteria'];
  if (stage !== 'mql') {
    report('invalid-criteria', `criteria are computed for mql, not for "${stage}"`, path, {
      fix: 'Say them in words under "entry".',
    });
  }
  if (criteria.icp && icp.length === 0) {
    report('invalid-criteria', 'the criteria ask for an ideal customer, and "icp" says nothing of it', [
      ...path,
      'icp',
    ]);
  }
  const most = highestScore(score);
  if (criteria.scoreAtLeast !== undefined && criteria.scoreAtLeast > most) {
    report('invalid-criteria', `no lead can have ${criteria.scoreAtLeast} points`, [...path, 'score_at_least'], {
      expected: most === 0 ? 'points under "score"' : `at most ${most}, what all rules are worth together`,
    });
  }
}

/** What the best lead can have; without end where one rule has no limit. */
function highestScore({ fit, intent }: Score): number {
  const sum = (numbers: readonly number[]) => numbers.reduce((total, points) => total + Math.max(0, points), 0);
  return (
    sum(fit.map(({ points }) => points)) +
    sum(intent.map(({ points, atMost }) => (points > 0 ? (atMost ?? Number.POSITIVE_INFINITY) : 0)))
  );
}

export function checkScore({ fit, intent, bands }: Score, report: Report): void {
  for (const { when } of fit) checkConditions(when, report);
  checkTwins(
    intent.map(({ action }) => action),
    'action',
    (index) => ['score', 'intent', index, 'action'],
    report,
  );
  const index = bands.findIndex((bound, position) => position > 0 && bound <= (bands[position - 1] ?? 0));
  if (index < 0) return;
  report('invalid-bands', 'bands must go up', ['score', 'bands', index], { expected: 'numbers such as [20, 40, 60]' });
}

export function checkPlaybooks({ playbooks, promises }: Agreement, report: Report): void {
  const known = promises.map(({ id }) => id);
  checkTwins(
    playbooks.map(({ id }) => id),
    'playbook',
    (index) => ['playbooks', index, 'id'],
    report,
  );
  for (const [index, { id, clauses }] of playbooks.entries()) {
    for (const [position, clause] of clauses.entries()) {
      if (known.includes(clause)) continue;
      report('unknown-clause', `playbook "${id}": no promise "${clause}"`, ['playbooks', index, 'clauses', position], {
        expected: known.length === 0 ? 'the id of a promise' : `one of ${known.join(', ')}`,
        fix: didYouMean(clause, known),
      });
    }
  }
}

export function checkPolicies({ policies, promises }: Agreement, report: Report): void {
  for (const conditions of policies.excluded) checkConditions(conditions, report);
  for (const key of ['responseChannels', 'followUpChannels'] as const) {
    const name = key === 'responseChannels' ? 'response_channels' : 'follow_up_channels';
    checkTwins(policies[key] ?? [], 'channel', (index) => ['policies', name, index], report);
  }
  const channels = policies.followUpChannels?.length ?? Number.POSITIVE_INFINITY;
  for (const promise of promises) {
    if (promise.kind !== 'follow_up') continue;
    for (const tier of promise.tiers.filter((candidate) => candidate.channels > channels)) {
      const message = `"${promise.id}": ${tier.channels} channels promised, but only ${channels} count`;
      report('impossible-promise', message, [...tier.path, 'channels'], { fix: 'See "follow_up_channels".' });
    }
  }
}
