import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import type { Agreement, Condition } from '../project/agreement.ts';
import type { SourceConfig } from '../project/config-file.ts';
import type { CrmLayout } from '../project/layout-file.ts';
import { quoteLiteral } from '../warehouse/warehouse.ts';
import { jsonPath } from './scan.ts';

/** Properties of the canonical event log; docs/event-log.md says what each holds. */
const eventProperties = [
  ...['source', 'campaign', 'country', 'company_size', 'industry', 'lead_type'],
  ...['reason', 'direction', 'outcome', 'automated', 'meeting_id', 'scheduled_for', 'self_booked', 'action'],
  'content',
  ...['name', 'value', 'into', 'amount', 'currency', 'deal_id', 'change_source', 'is_bulk'],
];

/** What a source may store of what is said of a lead. */
export interface Privacy {
  /** Properties stored as they are. */
  readonly allowed: readonly string[];
  /** Properties and columns of which a salted hash is stored. */
  readonly hashed: readonly string[];
  /** Columns of which nothing is stored. */
  readonly dropped: readonly string[];
  /** Properties of which is stored only that they were filled in: an agreement requires them, and nothing needs their value. */
  readonly withheld: readonly string[];
  /** Needed where anything is hashed or anybody was forgotten. */
  readonly salt: string | undefined;
}

/** What stands for a value that is not stored. */
const withheldMark = 'withheld';
/** What a hash begins with, so that a contract can find one that got somewhere it should not. */
const hashMark = 'hashed:';

/**
 * What a source may store: what Handover or the CRM's models read, what agreements judge by, and what handover.yml
 * allows; less what it calls personal.
 */
export function privacyOf(
  source: SourceConfig,
  layout: CrmLayout | undefined,
  agreements: readonly Agreement[],
  salt: string | undefined,
): Privacy {
  const personal = (what: 'hash' | 'drop'): string[] =>
    [...source.personal].filter(([, fate]) => fate === what).map(([name]) => name);
  const judged = agreements.flatMap(judgedBy);
  const own = layout === undefined ? eventProperties : [...layout.properties.keys()];
  const allowed = new Set([...own, ...source.properties.keys(), ...(layout === undefined ? judged : [])]);
  for (const name of source.personal.keys()) allowed.delete(name);
  const required = agreements.flatMap(({ stages }) => stages.flatMap(({ requiredFields }) => requiredFields));
  return {
    allowed: [...allowed].sort(),
    hashed: personal('hash').sort(),
    dropped: personal('drop').sort(),
    withheld: [...new Set(required)].filter((name) => !allowed.has(name) && !source.personal.has(name)).sort(),
    salt,
  };
}

function judgedBy({ icp, promises, score, policies }: Agreement): readonly string[] {
  const conditions: readonly Condition[] = [
    ...icp,
    ...promises.flatMap((promise) => ('tiers' in promise ? promise.tiers.flatMap(({ when }) => when) : [])),
    ...score.fit.flatMap(({ when }) => when),
    ...policies.excluded.flat(),
  ];
  const account = policies.answeredContactAnswersAccount;
  return [...conditions.map(({ attribute }) => attribute), ...(account === undefined ? [] : [account])];
}

/** SQL for a salted hash of a text; equal texts, however they are capitalised or padded, have equal hashes. */
export function hashOf(text: string, salt: string | undefined): string {
  return `${quoteLiteral(hashMark)} || sha256(${quoteLiteral(saltOrFail(salt))} || lower(trim(${text})))`;
}

/** SQL for what is stored of a lead that was forgotten, to know it again. */
export function tombstoneOf(crm: string, lead: string, salt: string | undefined): string {
  return `sha256(${quoteLiteral(`${saltOrFail(salt)}forgotten:${crm}:`)} || ${lead})`;
}

function saltOrFail(salt: string | undefined): string {
  if (salt !== undefined) return salt;
  throw new DiagnosticsError([
    {
      code: 'no-salt',
      severity: 'error',
      message: 'personal data are to be hashed, or forgotten leads to be known again, but the project has no salt',
      expected: 'a long random text in the file handover.salt beside handover.yml, or in the variable HANDOVER_SALT',
      fix: `Make one with: node -p "crypto.randomUUID() + crypto.randomUUID()" > handover.salt, keep it for as long as the data, and out of git.`,
    },
  ]);
}

/**
 * SQL for the value of a property whose name is in another column. `patterns`: property → what its value must be to be
 * stored.
 */
export function keptValue(
  name: string,
  value: string,
  privacy: Privacy,
  patterns: ReadonlyMap<string, string> = new Map(),
): string {
  const branches = [
    ...[...patterns].map(
      ([property, pattern]) =>
        `when ${name} = ${quoteLiteral(property)} and not regexp_full_match(${value}, ${quoteLiteral(pattern)}) then null`,
    ),
    `when list_contains(${textList(privacy.allowed)}, ${name}) then ${value}`,
    ...(privacy.hashed.length === 0
      ? []
      : [
          `when ${value} <> '' and list_contains(${textList(privacy.hashed)}, ${name}) then ${hashOf(value, privacy.salt)}`,
        ]),
    ...(privacy.withheld.length === 0
      ? []
      : [
          `when ${value} <> '' and list_contains(${textList(privacy.withheld)}, ${name}) then ${quoteLiteral(withheldMark)}`,
        ]),
  ];
  return `case ${branches.join(' ')} end`;
}

/**
 * SQL for a JSON object less the properties that may not be stored. One that holds no other is left as it is: looking
 * costs a third of building it anew. With `items` the properties are lists of objects, of which those keys are stored.
 */
export function keptObject(json: string, privacy: Privacy, items?: readonly string[]): string {
  if (items !== undefined) return keptHistories(json, privacy, items);
  const text = (key: string): string => `${json} ->> ${jsonPath([key])}`;
  const fields = [
    ...privacy.allowed.map((key) => [key, `${json} -> ${jsonPath([key])}`] as const),
    ...privacy.hashed.map((key) => [key, `if(${text(key)} <> '', ${hashOf(text(key), privacy.salt)}, null)`] as const),
    ...privacy.withheld.map((key) => [key, `if(${text(key)} <> '', ${quoteLiteral(withheldMark)}, null)`] as const),
  ].map(([key, value]) => `${quoteLiteral(key)}, ${value}`);
  // Merging into nothing leaves out what is null.
  return `case
            when ${json} is null then null
            when ${hasOnly(json, privacy.allowed)} then ${json}
            else json_merge_patch('{}', json_object(${fields.join(', ')}))
        end`;
}

/** SQL: whether a JSON object has no other keys than these. */
export function hasOnly(json: string, keys: readonly string[]): string {
  const other = keys.length === 0 ? 'true' : `key not in (${keys.map(quoteLiteral).join(', ')})`;
  return `len(list_filter(json_keys(${json}), lambda key: ${other})) = 0`;
}

/** A history holds values: only those that are stored as they are can be kept. */
function keptHistories(json: string, { allowed }: Privacy, items: readonly string[]): string {
  const shape = quoteLiteral(JSON.stringify([Object.fromEntries(items.map((item) => [item, 'VARCHAR']))]));
  const fields = allowed.map(
    (key) => `${quoteLiteral(key)}, to_json(json_transform(${json} -> ${jsonPath([key])}, ${shape}))`,
  );
  return `json_merge_patch('{}', json_object(${fields.join(', ')}))`;
}

/** SQL for a list of texts. */
export function textList(values: readonly string[]): string {
  return `[${values.map(quoteLiteral).join(', ')}]::varchar[]`;
}
