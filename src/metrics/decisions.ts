import type { Decision, ReviewMeeting } from '../project/decision-file.ts';
import { periodOf } from '../project/period-start.ts';
import type { Project } from '../project/project.ts';
import type { SqlValue, Warehouse } from '../warehouse/warehouse.ts';

/** One row per decision of a review meeting. */
const columns = {
  review: 'varchar',
  grain: 'varchar',
  period_start: 'date',
  held_on: 'date',
  /** From 1 on within a review, whatever the number of its meetings. */
  decision_no: 'integer',
  title_en: 'varchar',
  title_da: 'varchar',
  why_en: 'varchar',
  why_da: 'varchar',
  decided_by: 'varchar',
  responsible: 'varchar',
  due_on: 'date',
  done_on: 'date',
  metric: 'varchar',
  target_from: 'double',
  target_to: 'double',
  file: 'varchar',
};

type Row = Readonly<Record<string, SqlValue>>;

/** (Re)creates main.decisions; `checkDecisions` must have found nothing. */
export async function writeDecisions(
  warehouse: Warehouse,
  { decisions, agreements, config }: Pick<Project, 'decisions' | 'agreements' | 'config'>,
): Promise<void> {
  await warehouse.insert('main.decisions', columns, rowsOf(decisions, (agreements[0] ?? config).fiscalYearStartMonth));
}

function rowsOf(meetings: readonly ReviewMeeting[], fiscalYearStartMonth: number): Row[] {
  const counts = new Map<string, number>();
  return [...meetings].sort(byDate).flatMap((meeting) => {
    const { review, heldOn, file } = meeting;
    const period = periodOf(review, fiscalYearStartMonth);
    return meeting.decisions.map((decision): Row => {
      const number = (counts.get(review) ?? 0) + 1;
      counts.set(review, number);
      return {
        review,
        grain: period?.grain ?? null,
        period_start: period?.start ?? null,
        held_on: heldOn,
        decision_no: number,
        ...decided(decision),
        file: file.path,
      };
    });
  });
}

function byDate(left: ReviewMeeting, right: ReviewMeeting): number {
  const [earlier, later] = [left, right].map(({ heldOn, file }) => `${heldOn} ${file.path}`);
  return (earlier ?? '') < (later ?? '') ? -1 : 1;
}

function decided({ title, why, decidedBy, responsible, dueOn, doneOn, target }: Decision): Row {
  return {
    title_en: title.en,
    title_da: title.da,
    why_en: why?.en ?? null,
    why_da: why?.da ?? null,
    decided_by: decidedBy.join(', '),
    responsible,
    due_on: dueOn ?? null,
    done_on: doneOn ?? null,
    metric: target?.metric ?? null,
    target_from: target?.from ?? null,
    target_to: target?.to ?? null,
  };
}
