import type { RestatedPeriod } from '../types.ts';
import type { Missing, PolicyInput } from './policy.ts';

/** Published periods that would show something else, and nobody gave a reason. */
export function withoutAcknowledgement({ data }: PolicyInput): Missing[] {
  if (data.kind !== 'compared') return [];
  const open = data.restated.filter(
    ({ isPublished, isBeyondTolerance, isAcknowledged }) => isPublished && isBeyondTolerance && !isAcknowledged,
  );
  const periods = [...new Set(open.map(({ period }) => period))];
  return periods.map((period) => {
    const restated = open.filter((row) => row.period === period);
    const isGone = restated.every(({ after }) => after === null);
    const metric = restated.length === 1 ? ` --metric ${restated[0]?.metric}` : '';
    return {
      message: `${period} was published, and would ${isGone ? 'no longer show' : 'show something else of'} ${listed(restated)}`,
      fix: `Build this change, run \`handover publish --period ${period}${metric} --acknowledge --reason "…" --by "…"\`, and commit metrics/published/restatements.csv.`,
      ...{ file: null, line: null },
    };
  });
}

const mostNamed = 3;

/** Labels hold commas themselves. */
function listed(restated: readonly RestatedPeriod[]): string {
  const names = restated.map(({ label }) => label.en);
  const shown = names.slice(0, mostNamed).join('; ');
  return names.length > mostNamed ? `${shown}; and ${names.length - mostNamed} more` : shown;
}
