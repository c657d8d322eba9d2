// Kinds of checks that have words of their own; any other is shown by its name.
const kinds = [
  'accepted-values', 'adds-up', 'agrees-with', 'change', 'columns', 'complete', 'dated', 'expression', 'freshness', 'not-null',
  'personal', 'published', 'range', 'reconciles-with', 'relationship', 'sql', 'unique', 'volume',
];

/** What a kind of check makes sure of, in words; empty where there are none. */
export function ruleWords(kind, t) {
  return kinds.includes(kind) ? t(`health.rule.${kind}`) : '';
}
