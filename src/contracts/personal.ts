import { quoteIdentifier, quoteLiteral } from '../warehouse/warehouse.ts';
import { checkRowRules, type RowRule, showKey } from './row-rule.ts';
import type { ContractContext, ContractResult, Rule } from './rule.ts';

/** Columns of these names hold personal data wherever they come from. */
const personalNames = new Set([
  ...['email', 'e_mail', 'email_address', 'phone', 'phone_number', 'mobile', 'mobile_phone', 'first_name', 'last_name'],
  ...['full_name', 'firstname', 'lastname', 'street', 'address', 'body', 'subject', 'ip_address'],
]);

/** What a loaded hash of a personal value looks like. */
const hash = 'hashed:[0-9a-f]{64}';
const emailAddress = '[^@\\s"]+@[^@\\s"]+[.][A-Za-z]{2,}';
const phoneNumber = '[+][0-9]{2}[ 0-9]{8,}';

/** A key may be a hash: it tells leads apart and says nothing else. */
const keys = new Set(['lead_id', 'original_lead_id']);

/**
 * No published model holds personal data: neither a column that is named as such, in general or by a source's
 * `personal`, nor an e-mail address, a telephone number or the hash of a personal value in any text.
 */
export const personal: Rule = async (context) => {
  const named = new Set([
    ...personalNames,
    ...context.project.config.sources.flatMap((source) => [...source.personal.keys()]),
  ]);
  const results: ContractResult[] = [];
  for (const model of context.project.models.filter(({ isPublic }) => isPublic)) {
    const columns = context.columns.get(model.name) ?? [];
    for (const { name } of columns.filter((column) => named.has(column.name) && !keys.has(column.name))) {
      results.push({
        metric: null,
        model: model.name,
        rule: `personal(${name})`,
        severity: 'error',
        passed: false,
        observed: `the published column "${name}" is personal`,
        expected: 'no personal data in a published model',
        sample: null,
        place: model.at(['columns', name]),
      });
    }
    results.push(...(await checkRowRules(context.warehouse, model, textRules(context, model))));
  }
  return results;
};

function textRules(context: ContractContext, model: ContractContext['project']['models'][number]): RowRule[] {
  const texts = (context.columns.get(model.name) ?? []).filter(({ type }) => type === 'VARCHAR' || type === 'JSON');
  if (texts.length === 0) return [];
  const tests = texts.map(({ name }) => isPersonal(`${quoteIdentifier(name)}::varchar`, keys.has(name)));
  const guilty = texts.map(({ name }, index) => `when ${tests[index]} then ${quoteLiteral(name)}`);
  return [
    {
      rule: 'personal',
      breaks: `coalesce(${tests.join(' or ')}, false)`,
      // Which row and column, never the value.
      shows: `case ${guilty.join(' ')} end || ' of ' || ${texts.some(({ name }) => model.grain.includes(name)) ? masked(showKey(model)) : `'a row'`}`,
      expected: 'no e-mail address, telephone number or hashed value in a published model',
      path: ['name'],
    },
  ];
}

/** Looking for a character first costs a tenth of matching a pattern. */
function isPersonal(text: string, mayBeHash: boolean): string {
  const person = `(contains(${text}, '@') or contains(${text}, '+')) and regexp_matches(${text}, ${quoteLiteral(`${emailAddress}|${phoneNumber}`)})`;
  return mayBeHash
    ? `(${person})`
    : `(${person} or contains(${text}, 'hashed:') and regexp_matches(${text}, ${quoteLiteral(hash)}))`;
}

function masked(text: string): string {
  return `regexp_replace(${text}, ${quoteLiteral(`${emailAddress}|${phoneNumber}`)}, '***', 'g')`;
}
