import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { MetricSpec } from './metric.ts';
import type { MetricContractYaml } from './metric-contract-schema.ts';
import { whyNot } from './metric-contract-scope.ts';
import type { Place, YamlPath } from './yaml-file.ts';

/**
 * What can be said of a contract without the rest of the project.
 * @param at begins at the contract itself.
 * @param spec of the metric that it belongs to; absent: what handover.yml has for all metrics.
 */
export function checkContractAlone(
  yaml: MetricContractYaml,
  at: (path: YamlPath) => Place,
  spec?: MetricSpec,
): Diagnostic[] {
  return [
    ...checkRange(yaml, at),
    ...checkReferences(yaml, at),
    ...checkNames(yaml, at),
    ...checkScope(yaml, at, spec),
  ];
}

function checkRange({ range }: MetricContractYaml, at: (path: YamlPath) => Place): Diagnostic[] {
  if (!range) return [];
  const [low, high] = 'between' in range ? range.between : range;
  if (low === null || high === null || low <= high) return [];
  return [
    {
      code: 'invalid-value',
      severity: 'error',
      message: `contract.range: ${low} is above ${high}`,
      ...at('between' in range ? ['range', 'between'] : ['range']),
      fix: 'Put the lower one first.',
    },
  ];
}

function checkReferences({ references }: MetricContractYaml, at: (path: YamlPath) => Place): Diagnostic[] {
  return (references || []).flatMap(({ columns, to, to_columns: toColumns }, index): Diagnostic[] =>
    toColumns === undefined || toColumns.length === columns.length
      ? []
      : [
          {
            code: 'invalid-value',
            severity: 'error',
            message: `${columns.length} columns cannot match ${toColumns.length} of ${to}`,
            ...at(['references', index, 'to_columns']),
            expected: 'as many to_columns as columns, in the same order',
          },
        ],
  );
}

function checkNames({ sql }: MetricContractYaml, at: (path: YamlPath) => Place): Diagnostic[] {
  const names = (sql || []).map(({ name }) => name);
  return names.flatMap((name, index): Diagnostic[] =>
    names.indexOf(name) === index
      ? []
      : [
          {
            code: 'duplicate-name',
            severity: 'error',
            message: `a second rule named "${name}"`,
            ...at(['sql', index, 'name']),
            fix: 'Rename one of them.',
          },
        ],
  );
}

const ruleKeys = [
  ...(['complete', 'freshness', 'volume', 'unique', 'adds_up', 'reconciles_with', 'references', 'change'] as const),
] as const;

/** What a metric asks itself must be something that can be asked of it; defaults are asked where they can be. */
function checkScope(yaml: MetricContractYaml, at: (path: YamlPath) => Place, spec?: MetricSpec): Diagnostic[] {
  if (spec === undefined) return [];
  return ruleKeys.flatMap((key): Diagnostic[] => {
    const reason = yaml[key] === undefined || yaml[key] === false ? undefined : whyNot(key, spec);
    if (reason === undefined) return [];
    return [
      {
        code: 'invalid-value',
        severity: 'error',
        message: `contract.${key} cannot be asked of "${spec.name}": ${reason}`,
        ...at([key]),
        fix: 'Remove it.',
      },
    ];
  });
}
