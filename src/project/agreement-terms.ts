import type { Agreement, Policies, Score, StageTerms } from './agreement.ts';
import { toConditions } from './agreement-promises.ts';
import type { AgreementYaml } from './agreement-schema.ts';
import type { PoliciesYaml, StageYaml } from './agreement-terms-schema.ts';

export function toStage(stage: string, yaml: StageYaml): StageTerms {
  return {
    stage,
    ...(yaml.meaning === undefined ? {} : { meaning: yaml.meaning }),
    ...(yaml.responsible === undefined ? {} : { responsible: yaml.responsible }),
    ...(yaml.next_action === undefined ? {} : { nextAction: yaml.next_action }),
    ...(yaml.entry === undefined ? {} : { entry: yaml.entry }),
    ...(yaml.criteria === undefined ? {} : { criteria: toCriteria(yaml.criteria) }),
    requiredFields: yaml.required_fields ?? [],
    ...(yaml.target === undefined ? {} : { target: yaml.target }),
  };
}

function toCriteria(yaml: NonNullable<StageYaml['criteria']>): NonNullable<StageTerms['criteria']> {
  return { icp: yaml.icp, ...(yaml.score_at_least === undefined ? {} : { scoreAtLeast: yaml.score_at_least }) };
}

export function toScore(yaml: AgreementYaml['score']): Score {
  return {
    fit: yaml.fit.map((test, index) => ({
      when: toConditions(test.attribute, test, ['score', 'fit', index]),
      points: test.points,
    })),
    intent: yaml.intent.map((rule, index) => ({
      action: rule.action,
      points: rule.points,
      decaysOverDays: rule.decays_over_days,
      ...(rule.at_most === undefined ? {} : { atMost: rule.at_most }),
      path: ['score', 'intent', index],
    })),
    bands: yaml.bands,
  };
}

export function toPlaybooks(yaml: AgreementYaml['playbooks']): Agreement['playbooks'] {
  return yaml.map(({ id, title, clauses, url, steps }) => ({
    id,
    title,
    clauses,
    ...(url === undefined ? {} : { url }),
    ...(steps === undefined ? {} : { steps }),
  }));
}

export function toPolicies(yaml: PoliciesYaml): Policies {
  return {
    acceptance: yaml.acceptance,
    responseClockStarts: yaml.response_clock_starts,
    reassignment: yaml.reassignment,
    selfBooked: yaml.self_booked,
    ...(yaml.attempts_within_minutes === undefined ? {} : { attemptsWithinMinutes: yaml.attempts_within_minutes }),
    ...(yaml.logged_late === undefined
      ? {}
      : { loggedLate: { afterHours: yaml.logged_late.after_hours, counts: yaml.logged_late.counts } }),
    ...(yaml.answered_contact_answers_account === undefined
      ? {}
      : { answeredContactAnswersAccount: yaml.answered_contact_answers_account }),
    excluded: yaml.excluded.map((test, index) => toConditions(test.attribute, test, ['policies', 'excluded', index])),
    ...(yaml.response_channels === undefined ? {} : { responseChannels: yaml.response_channels }),
    ...(yaml.follow_up_channels === undefined ? {} : { followUpChannels: yaml.follow_up_channels }),
    pausedGraceMinutes: yaml.paused_grace_minutes,
    abandonedAfterBusinessDays: yaml.abandoned_after_business_days,
  };
}
