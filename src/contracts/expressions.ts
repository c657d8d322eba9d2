import { type RowRules, rowRule, showKey } from './row-rule.ts';

/** An expression of the contract is false for no row; where it is null it holds. */
export const expressions: RowRules = (context, model) =>
  model.contract.expressions.map(({ name, that, severity }, index) =>
    rowRule(model, {
      rule: `expression(${name})`,
      severity,
      // On a line of its own: it may end in a comment.
      breaks: `not (\n${that}\n)`,
      shows: showKey(context, model),
      expected: that.replaceAll(/\s+/g, ' ').trim(),
      at: ['contract', 'expressions', index, 'that'],
    }),
  );
