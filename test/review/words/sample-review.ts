import type {
  DataReview,
  DefinitionChange,
  FieldChange,
  MetricReview,
  Reach,
  Review,
  ValueChange,
} from '../../../src/review/types.ts';

/** A field that says something else, breaking unless told otherwise. */
export function fieldChange(part: Partial<FieldChange> = {}): FieldChange {
  return {
    path: 'filter',
    before: "from_stage = 'mql'",
    after: "from_stage = 'mql' and not is_test",
    words: 'it counts other rows',
    rule: 'metric-filter',
    class: 'breaking',
    isUnknown: false,
    ...part,
  };
}

/** A metric that was changed in its filter. */
export function definitionChange(part: Partial<DefinitionChange> = {}): DefinitionChange {
  return {
    kind: 'metric',
    name: 'mql_to_meeting_rate',
    title: 'MQL→meeting rate',
    change: 'changed',
    previousName: null,
    versionBefore: 1,
    versionAfter: 1,
    effectiveFrom: null,
    fields: [fieldChange()],
    class: 'breaking',
    isUnknown: false,
    file: 'metrics/mql_to_meeting_rate.yml',
    line: 18,
    ...part,
  };
}

/** A closed week of the whole in which the rate went from 18 of 45 to 15 of 42. */
export function valueChange(part: Partial<ValueChange> = {}): ValueChange {
  return {
    grain: 'week',
    period: '2026-W46',
    periodStart: '2026-11-09',
    isComplete: true,
    dimension: 'all',
    dimensionValue: 'all',
    isKnown: true,
    before: 18 / 45,
    after: 15 / 42,
    difference: 15 / 42 - 18 / 45,
    numeratorBefore: 18,
    numeratorAfter: 15,
    denominatorBefore: 45,
    denominatorAfter: 42,
    statusBefore: 'kept',
    statusAfter: 'missed',
    noise: 'within',
    ...part,
  };
}

/** The rate of the changed metric: two closed weeks, a closed quarter and a running week moved. */
export function metricReview(part: Partial<MetricReview> = {}): MetricReview {
  return {
    metric: 'mql_to_meeting_rate',
    label: { en: 'MQL→meeting rate', da: 'MQL til møde-rate' },
    unit: 'percent',
    owner: 'sales',
    direction: 'up',
    versionBefore: 1,
    versionAfter: 1,
    values: 210,
    changed: 37,
    closedPeriods: 40,
    closedPeriodsChanged: 3,
    totals: [
      valueChange({ period: '2026-W47', periodStart: '2026-11-16', isComplete: false, noise: 'too_few' }),
      valueChange(),
      valueChange({ period: '2026-W45', periodStart: '2026-11-02' }),
      valueChange({
        grain: 'quarter',
        period: '2026-Q3',
        periodStart: '2026-07-01',
        before: 0.412,
        after: 0.371,
        difference: -0.041,
        noise: 'beyond',
      }),
    ],
    parts: [
      valueChange({ dimension: 'team', dimensionValue: 'dk_smb', before: 0.5, after: 0.25, difference: -0.25 }),
      valueChange({ dimension: 'source', dimensionValue: 'jane.doe@example.com', isKnown: false, before: null }),
    ],
    partsChanged: 33,
    ...part,
  };
}

export const sampleData: DataReview = {
  asOf: '2026-11-23T06:00:00.000Z',
  ranBefore: 0,
  ranAfter: 7,
  metrics: [
    metricReview(),
    metricReview({
      metric: 'first_response_median_minutes',
      label: { en: 'Median first response', da: 'Median for første svar' },
      unit: 'minutes',
      direction: 'down',
      values: 200,
      changed: 0,
      closedPeriodsChanged: 0,
      totals: [],
      parts: [],
      partsChanged: 0,
    }),
  ],
  restated: [
    {
      period: '2026-Q3',
      grain: 'quarter',
      metric: 'mql_to_meeting_rate',
      label: { en: 'MQL→meeting rate', da: 'MQL til møde-rate' },
      unit: 'percent',
      owner: 'sales',
      before: 0.412,
      after: 0.371,
      ...{ numeratorBefore: 198, denominatorBefore: 481, numeratorAfter: 167, denominatorAfter: 450 },
      statusBefore: 'kept',
      statusAfter: 'missed',
      noise: 'beyond',
      isPublished: true,
      published: 0.412,
      isBeyondTolerance: true,
      isAcknowledged: false,
    },
  ],
  owners: { marketing: 'Head of Marketing', sales: 'Sales Director' },
  flips: {
    verdicts: 23,
    leads: 19,
    counts: [
      {
        promise: 'first_response',
        before: 'met',
        after: 'late',
        clauseBefore: '2026-h2 first_response/demo',
        clauseAfter: '2026-h2 first_response/demo',
        verdicts: 20,
      },
      {
        promise: 'icp_match',
        before: 'match',
        after: 'no match',
        clauseBefore: '2026-h2 icp',
        clauseAfter: '2026-h2 icp',
        verdicts: 3,
      },
    ],
    list: [
      {
        promise: 'first_response',
        leadId: 'lead-secret-00017',
        item: '1',
        before: 'met',
        after: 'late',
        clauseBefore: '2026-h2 first_response/demo',
        clauseAfter: '2026-h2 first_response/demo',
      },
    ],
  },
  rows: [
    {
      model: 'lead_responses',
      isPublic: true,
      key: ['lead_id', 'cycle_no'],
      rowsBefore: 1240,
      rowsAfter: 1240,
      onlyBefore: 0,
      onlyAfter: 0,
      changed: 20,
      columns: [{ column: 'status', changed: 20, matchRate: 1220 / 1240 }],
      schema: [{ column: 'is_test', before: null, after: 'BOOLEAN' }],
      samples: [
        {
          kind: 'changed',
          key: { lead_id: 'lead-secret-00017', cycle_no: '1' },
          cells: { status: { before: 'met', after: 'sample-secret' } },
        },
      ],
    },
  ],
};

const reach: Reach = {
  models: [{ name: 'lead_responses', isPublic: true, isChanged: false, columns: ['status', 'due_at'] }],
  metrics: [
    {
      name: 'mql_to_meeting_rate',
      label: { en: 'MQL→meeting rate', da: 'MQL til møde-rate' },
      owner: 'sales',
      isChanged: true,
    },
  ],
  contracts: [{ of: 'mql_to_meeting_rate', kind: 'metric', rules: 2 }],
  pages: [{ address: '/weekly/[week]', title: 'This week', shows: ['mql_to_meeting_rate'] }],
  diagram: 'graph LR\n    a["2026-h2"] --> b["lead_responses"]\n',
  leftOut: 0,
};

/**
 * A pull request that changes a metric's filter and shortens a promise: compared with data, one closed quarter restated,
 * two points of the policy open. Holds a lead, a row, and a part that only the head knows, none of which may be posted.
 */
export function sampleReview(part: Partial<Review> = {}): Review {
  return {
    format: 1,
    project: 'sample',
    base: { asked: 'origin/main', commit: '82a780c0ffee', isMergeBase: true, uncommitted: 0, isEmpty: false },
    head: { asked: 'WORKTREE', commit: null, isMergeBase: false, uncommitted: 2, isEmpty: false },
    changes: [
      definitionChange(),
      definitionChange({
        kind: 'agreement',
        name: '2026-h2',
        title: 'the agreement 2026-h2',
        versionBefore: null,
        versionAfter: null,
        fields: [
          fieldChange({
            path: 'promises.first_response.tiers.demo.within_minutes',
            before: '60',
            after: '30',
            words: 'demo requests must be answered within 30 minutes in place of 60',
            rule: 'agreement-within',
          }),
        ],
        file: 'metrics/agreements/2026-h2.yml',
        line: 61,
      }),
      definitionChange({
        name: 'win_rate',
        title: 'Win rate',
        fields: [
          fieldChange({
            path: 'description.en',
            before: 'Won deals',
            after: 'Deals that were won',
            words: 'it is described in other words',
            rule: 'metric-description',
            class: 'cosmetic',
          }),
        ],
        class: 'cosmetic',
        file: 'metrics/win_rate.yml',
        line: 7,
      }),
    ],
    class: 'breaking',
    reach,
    data: { kind: 'compared', ...sampleData },
    violations: [
      {
        rule: 'version_bump',
        severity: 'error',
        message: 'MQL→meeting rate says something else and is still version 1',
        fix: 'Write `version: 2`, and say why under `changes`.',
        file: 'metrics/mql_to_meeting_rate.yml',
        line: 3,
      },
      {
        rule: 'approvals',
        severity: 'error',
        message: 'the agreement 2026-h2 has other terms, and Sales Director (sales) has not approved them',
        fix: 'Write under approvals: `- { by: sales, on: YYYY-MM-DD, terms: "4f9a2c11" }`',
        file: 'metrics/agreements/2026-h2.yml',
        line: 61,
      },
    ],
    problems: { base: [], head: [] },
    notes: ['left out: models/link.sql, a symbolic link'],
    ...part,
  };
}

/** A pull request that touches no definition. */
export function emptyReview(part: Partial<Review> = {}): Review {
  return sampleReview({
    changes: [],
    class: null,
    reach: { models: [], metrics: [], contracts: [], pages: [], diagram: '', leftOut: 0 },
    data: { kind: 'not_needed', reason: 'no definition that values depend on differs' },
    violations: [],
    notes: [],
    ...part,
  });
}
