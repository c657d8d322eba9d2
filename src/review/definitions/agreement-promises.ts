import { amountOf, promiseWords, wordingOf } from '../../agreement/wording.ts';
import type { Agreement, AgreementPromise } from '../../project/agreement.ts';
import type { Metric } from '../../project/metric.ts';
import { part, presence, type Term } from './agreement-term.ts';
import { tierTerms } from './agreement-tiers.ts';

/** What each side promises. The metrics give names, units and which way is harder. */
export function promiseTerms({ promises, fiscalYearStartMonth }: Agreement, metrics: readonly Metric[]): Term[] {
  return promises.flatMap((promise) => {
    const metric = metrics.findLast(({ name }) => name === promise.metric);
    const path = `promises.${part(promise.id)}`;
    return [
      presence('promises', path, wordingOf(promise, metric).en, {
        added: `${promise.side} promises ${wordingOf(promise, metric).en} (${promise.id})`,
        removed: `${promise.side} no longer promises ${wordingOf(promise, metric).en} (${promise.id})`,
      }),
      ...natureTerms(promise, path),
      ...targetTerms(promise, metric, { path, fiscalYearStartMonth }),
      ...tierTerms(promise, promiseWords(promise, metric, 'en').tiers, path),
    ];
  });
}

const kinds: Readonly<Record<AgreementPromise['kind'], string>> = {
  metric: 'a target alone',
  first_response: 'a first answer',
  follow_up: 'follow-up',
  acceptance: 'an acceptance',
  meeting_outcome: 'the outcome of meetings',
};

/** Who promises what kind of thing, and what measures it. */
function natureTerms({ id, side, kind, metric, grain }: AgreementPromise, path: string): Term[] {
  return [
    {
      path: `${path}.side`,
      field: 'promises.side',
      value: side,
      text: side,
      phrases: {
        added: `${side} promises ${id}`,
        removed: `nobody promises ${id}`,
        changed: (from) => `${side} promises ${id} instead of ${from}`,
      },
    },
    {
      path: `${path}.kind`,
      field: 'promises.kind',
      value: kind,
      text: kinds[kind],
      phrases: {
        added: `${id} promises ${kinds[kind]}`,
        removed: `${id} promises nothing`,
        changed: (from) => `${id} promises ${kinds[kind]} instead of ${from}`,
      },
    },
    {
      path: `${path}.metric`,
      field: 'promises.metric',
      value: metric,
      text: metric,
      phrases: {
        added: `${id} is measured by ${metric}`,
        removed: `${id} is measured by nothing`,
        changed: (from) => `${id} is measured by ${metric} instead of ${from}`,
      },
    },
    ...(grain === undefined
      ? []
      : [
          {
            path: `${path}.per`,
            field: 'promises.per',
            value: grain,
            text: `a ${grain}`,
            phrases: {
              added: `the target of ${id} holds for a ${grain} only`,
              removed: `the target of ${id} holds for any period and not only for a ${grain}`,
              changed: (from: string) => `the target of ${id} holds for a ${grain} instead of ${from}`,
            },
          },
        ]),
  ];
}

/** The target where nothing else is said, and those of single quarters and teams. */
function targetTerms(promise: AgreementPromise, metric: Metric | undefined, place: TargetPlace): Term[] {
  const { target, targets } = promise;
  const path = `${place.path}.target`;
  const usual = targetTerm(promise, metric, { path, field: 'promises.target', amount: target, scope: '' });
  return [
    usual,
    ...targets.quarters.map(({ quarter, target: amount }) => ({
      ...targetTerm(promise, metric, {
        path: `${path}.quarters.${quarter}`,
        field: 'promises.target.quarters',
        amount,
        scope: ` in ${quarter.toUpperCase()}`,
      }),
      fallback: path,
      until: endOfQuarter(quarter, place.fiscalYearStartMonth),
    })),
    ...targets.teams.map(({ team, target: amount }) => ({
      ...targetTerm(promise, metric, {
        path: `${path}.teams.${part(team)}`,
        field: 'promises.target.teams',
        amount,
        scope: ` for ${team}`,
      }),
      fallback: path,
    })),
  ];
}

interface TargetPlace {
  readonly path: string;
  readonly fiscalYearStartMonth: number;
}

function targetTerm(
  { id, side, metric: name }: AgreementPromise,
  metric: Metric | undefined,
  made: { readonly path: string; readonly field: string; readonly amount: number; readonly scope: string },
): Term {
  const { path, field, amount, scope } = made;
  const text = amountOf(amount, metric, 'en');
  const what = `the target of ${metric === undefined ? name : `${metric.label.en} (${id})`}`;
  return {
    path,
    field,
    value: amount,
    text,
    phrases: {
      added: `${what} is ${text}${scope}`,
      removed: `${what} is no longer ${text}${scope}`,
      changed: (from, rises, to) =>
        from === to
          ? `${what} stays ${to}${scope}`
          : `${what} ${rises ? 'rises' : 'falls'} from ${from} to ${to}${scope}`,
    },
    ...(metric === undefined ? {} : { burden: { side, amount: metric.direction === 'down' ? -amount : amount } }),
  };
}

/** Its last day. A quarter is called after the calendar quarter in which it starts. */
function endOfQuarter(quarter: string, fiscalYearStartMonth: number): string {
  const [year = 0, number = 0] = quarter.split('-q').map(Number);
  return new Date(Date.UTC(year, number * 3 + ((fiscalYearStartMonth - 1) % 3), 0)).toISOString().slice(0, 10);
}
