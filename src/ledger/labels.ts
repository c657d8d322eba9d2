/**
 * SQL for the name of a period: `2026-W46`, `2026-10`, `2026-Q3`. A quarter is called after the calendar quarter in which it
 * starts, as in agreements.
 */
export function labelOf(grain: string, periodStart: string): string {
  return `case ${grain}
            when 'week' then strftime(${periodStart}, '%G-W%V')
            when 'month' then strftime(${periodStart}, '%Y-%m')
            else strftime(${periodStart}, '%Y-Q') || quarter(${periodStart})
        end`;
}
