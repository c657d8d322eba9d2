import type { ContractContext, ContractResult } from './rule.ts';

const millisecondsPerHour = 3_600_000;

/** The data reach to within the age that handover.yml allows before the run's own start. */
export function freshness({ project, asOf, now }: ContractContext): ContractResult[] {
  const contract = project.config.contracts.freshness;
  if (contract === undefined) return [];
  const hours = (Date.parse(now) - Date.parse(asOf)) / millisecondsPerHour;
  return [
    {
      metric: null,
      model: null,
      rule: 'freshness',
      severity: contract.severity,
      passed: hours <= contract.maxAgeHours,
      observed: `data as of ${asOf}, ${ageInWords(hours)} before this run`,
      expected: `at most ${ageInWords(contract.maxAgeHours)}`,
      sample: null,
      rowsIn: null,
      place: project.config.at(['contracts', 'freshness', 'max_age']),
    },
  ];
}

/** Rounded up, so that an age beyond the limit never reads like the limit itself. */
export function ageInWords(hours: number): string {
  const whole = Math.ceil(Math.max(0, hours));
  return whole <= 72 ? `${whole} h` : `${Math.ceil(whole / 24)} days`;
}
