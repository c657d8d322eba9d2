import { isOfRows } from '../project/metric.ts';
import { quoteIdentifier, quoteLiteral } from '../warehouse/warehouse.ts';
import { ageInWords } from './freshness.ts';
import { type Answer, answer, askedOf, isCounted, type MetricCheck } from './metric-rule.ts';
import { failUnlessRefused, uncheckable } from './refused.ts';

/** The newest row that a metric counts is not much older than the newest data; rows after these do not make it young. */
export const metricFreshness: MetricCheck = async (context) => {
  const { warehouse, asOf, project } = context;
  const answers: Answer[] = [];
  for (const entry of askedOf(project.metrics.filter(isOfRows), 'freshness')) {
    const { metric, rule } = entry;
    const time = quoteIdentifier(metric.time);
    const expected = `a row at most ${ageInWords(rule.maxAgeHours)} before the data end`;
    try {
      const [found] = await warehouse.rows<{ newest: string | null; hours: number | null }>(`
        select
            max(${time}) as newest,
            (epoch_us(timestamptz ${quoteLiteral(asOf)}) - epoch_us(newest)) / 3_600_000_000 as hours
        from main.${quoteIdentifier(metric.model)}
        where ${isCounted(metric)} and ${time} <= timestamptz ${quoteLiteral(asOf)}`);
      const hours = found?.hours ?? null;
      answers.push(
        answer(context, entry, {
          passed: hours !== null && hours <= rule.maxAgeHours,
          observed:
            hours === null ? 'no row at all' : `newest row ${found?.newest}, ${ageInWords(hours)} before ${asOf}`,
          expected,
        }),
      );
    } catch (error) {
      const refused = failUnlessRefused(error, { contractOf: metric.name, file: rule.place.file });
      answers.push(answer(context, entry, { ...uncheckable(refused), expected }));
    }
  }
  return answers;
};
