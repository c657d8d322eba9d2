import { checkAgreements } from '../agreement/check.ts';
import { type Diagnostic, failOnErrors } from '../diagnostics/diagnostic.ts';
import { parseModels } from '../models/parse.ts';
import { type PlannedModel, planModels } from '../models/plan.ts';
import { checkBreachLog } from '../project/breach-log-checks.ts';
import { checkDecisions } from '../project/decision-checks.ts';
import { checkImprovements } from '../project/improvement-checks.ts';
import type { Project } from '../project/project.ts';
import { Warehouse } from '../warehouse/warehouse.ts';
import { splitModels } from './crms.ts';
import { knownTables } from './tables.ts';

/**
 * Reads the SQL of the models that run, and orders them; no row of data is read.
 * @throws DiagnosticsError with everything that is wrong with models and agreements.
 */
export async function planProject(project: Project): Promise<PlannedModel[]> {
  const problems: Diagnostic[] = [];
  const parser = await Warehouse.open(':memory:', { threads: 1 });
  try {
    const parsed = await parseModels(parser, splitModels(project).active, problems);
    const planned = planModels(parsed, knownTables(project), problems);
    const metrics = [...new Set(project.metrics.map(({ name }) => name))];
    problems.push(
      ...checkAgreements(project.agreements, metrics),
      ...checkBreachLog(project.breachLog, project.agreements),
      ...checkImprovements(project.improvements, project.metrics, project.agreements),
      ...checkDecisions(project.decisions, project.metrics),
    );
    failOnErrors(problems);
    return planned;
  } finally {
    parser.close();
  }
}
