import { quoteLiteral } from '../warehouse/warehouse.ts';
import { type Answer, type Asked, answer, askedOf, type MetricCheck } from './metric-rule.ts';
import { failUnlessRefused, uncheckable } from './refused.ts';
import { askValues, inWords, percent } from './value-query.ts';

interface Total {
  readonly id: number;
  readonly total: number;
}

/** What is computed in another way differs in its last digits. */
const same = 1e-9;

/** All periods that have begun add up to a number that a select counts another way. */
export const reconcilesWith: MetricCheck = async (context) => {
  const asked = askedOf(context.project.metrics, 'reconciles_with');
  const totals = await askValues<Total>(
    context.warehouse,
    asked.map(({ metric }) => ({ metric, settings: { grain: metric.grains[0] ?? 'week' } })),
    `final as (
    select rules.id, sum(measured.numerator) as total
    from rules
    inner join main.metric_values as measured using (metric, version, grain)
    inner join sla.periods as periods using (grain, period_start)
    where
        measured.dimension = 'all'
        and periods.starts_at <= timestamptz ${quoteLiteral(context.asOf)}
    group by rules.id
)

select id, coalesce(total, 0) as total from final`,
  );
  const answers: Answer[] = [];
  for (const [index, entry] of asked.entries()) {
    answers.push(await compare(context, entry, totals[index]?.[0]?.total ?? 0));
  }
  return answers;
};

async function compare(
  context: Parameters<MetricCheck>[0],
  entry: Asked<'reconciles_with'>,
  total: number,
): Promise<Answer> {
  const { metric, rule } = entry;
  const expected = rule.within === undefined ? 'the same number' : `within ${percent(rule.within)} of it`;
  try {
    const rows = await context.warehouse.rows<{ number: number | null }>(
      `select cast(number as double) as number from (\n${rule.select}\n) as counted(number) limit 2`,
    );
    const number = rows[0]?.number ?? null;
    if (rows.length !== 1 || number === null) {
      const found = rows.length === 0 ? 'no row' : rows.length > 1 ? 'several rows' : 'no number';
      return answer(context, entry, { passed: false, observed: `the select gives ${found}`, expected: 'one number' });
    }
    const all = `all ${metric.grains[0] ?? 'period'}s together`;
    return answer(context, entry, {
      passed: Math.abs(total - number) <= (rule.within ?? same) * Math.abs(number),
      observed: `${inWords(total)} in ${all}, ${inWords(number)} by the select`,
      expected,
    });
  } catch (error) {
    const refused = failUnlessRefused(error, { contractOf: metric.name, file: rule.place.file });
    return answer(context, entry, { ...uncheckable(refused), expected });
  }
}
