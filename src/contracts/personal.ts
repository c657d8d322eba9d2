import type { ModelFile } from '../project/model-file.ts';
import { quoteIdentifier, quoteLiteral } from '../warehouse/warehouse.ts';
import { type RowRules, rowRule, showKey } from './row-rule.ts';
import type { ContractContext, ContractResult, ModelColumns } from './rule.ts';

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

/** A published model has no column that is named as personal data are, in general or by a source's `personal`. */
export function personalColumns(context: ContractContext, model: ModelFile): ContractResult[] {
  if (!model.isPublic) return [];
  const named = new Set([
    ...personalNames,
    ...context.project.config.sources.flatMap((source) => [...source.personal.keys()]),
  ]);
  return [...columnsOf(context, model).keys()]
    .filter((name) => named.has(name) && !keys.has(name))
    .map((name) => ({
      metric: null,
      model: model.name,
      rule: `personal(${name})`,
      severity: 'error',
      passed: false,
      observed: `the published column "${name}" is personal`,
      expected: 'no personal data in a published model',
      sample: null,
      rowsIn: null,
      place: model.at(['columns', name]),
    }));
}

/** No text of a published model holds an e-mail address, a telephone number or the hash of a personal value. */
export const personal: RowRules = (context, model) => {
  const texts = [...columnsOf(context, model)].filter(([, type]) => type === 'VARCHAR' || type === 'JSON');
  if (!model.isPublic || texts.length === 0) return [];
  const tests = texts.map(([name]) => isPersonal(name));
  const guilty = texts.map(([name], index) => `when ${tests[index]} then ${quoteLiteral(name)}`);
  const isTextual = texts.some(([name]) => model.grain.includes(name));
  return [
    rowRule(model, {
      rule: 'personal',
      breaks: `coalesce(${tests.join(' or ')}, false)`,
      suspects: texts.map(([name]) => maybePersonal(name)),
      // Which row and column, never the value.
      shows: `case ${guilty.join(' ')} end || ' of ' || ${isTextual ? masked(showKey(context, model)) : `'a row'`}`,
      expected: 'no e-mail address, telephone number or hashed value in a published model',
      at: ['name'],
    }),
  ];
};

function columnsOf(context: ContractContext, model: ModelFile): ModelColumns {
  return context.columns.get(model.name) ?? new Map();
}

/** Looking for characters costs a tenth of matching a pattern, and column by column a tenth of that. */
function maybePersonal(name: string): string {
  const signs = keys.has(name) ? ['@', '+'] : ['@', '+', 'hashed:'];
  return signs.map((sign) => `contains(${textOf(name)}, ${quoteLiteral(sign)})`).join(' or ');
}

function isPersonal(name: string): string {
  const patterns = keys.has(name) ? [emailAddress, phoneNumber] : [emailAddress, phoneNumber, hash];
  return `((${maybePersonal(name)}) and regexp_matches(${textOf(name)}, ${quoteLiteral(patterns.join('|'))}))`;
}

function textOf(name: string): string {
  return `${quoteIdentifier(name)}::varchar`;
}

/** SQL: a text without addresses and numbers of people. */
export function masked(text: string): string {
  return `regexp_replace(${text}, ${quoteLiteral(`${emailAddress}|${phoneNumber}`)}, '***', 'g')`;
}
