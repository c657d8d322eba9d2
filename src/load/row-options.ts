import { quoteLiteral } from '../warehouse/warehouse.ts';
import { type Privacy, tombstoneOf } from './personal.ts';
import { fault } from './scan.ts';

/** What decides, besides its own content, whether and how a row is stored. */
export interface RowOptions {
  /** ISO instant, later than which nothing can have happened. */
  readonly now: string;
  readonly privacy: Privacy;
  /** Salted hashes of the source's leads that are to stay forgotten. */
  readonly forgotten: readonly string[];
  /** Whether the text of rejected rows is kept beside the reason. */
  readonly keepRejects: boolean;
}

/** The forgotten leads of a source, by their hashes. */
function forgottenLeads(crm: string, { forgotten, privacy }: RowOptions): { hashes: string; hash(id: string): string } {
  return {
    hashes: `[${forgotten.map(quoteLiteral).join(', ')}]::varchar[]`,
    hash: (id) => tombstoneOf(crm, id, privacy.salt),
  };
}

/** A branch of a row's problems: it is about a lead that was forgotten. Empty where nobody was. */
export function forgottenProblem(crm: string, lead: string, options: RowOptions): string {
  if (options.forgotten.length === 0) return '';
  const { hashes, hash } = forgottenLeads(crm, options);
  return isForgotten(`list_contains(${hashes}, ${hash(lead)})`);
}

/** The same for a row whose leads stand in a list of a JSON value: it is about them when it names nobody else. */
export function allForgottenProblem(crm: string, json: string, path: string, options: RowOptions): string {
  if (options.forgotten.length === 0) return '';
  const { hashes, hash } = forgottenLeads(crm, options);
  const ids = `json_extract_string(${json}, ${quoteLiteral(path)})`;
  return isForgotten(`len(${ids}) > 0 and list_has_all(${hashes}, list_transform(${ids}, lambda id: ${hash('id')}))`);
}

function isForgotten(test: string): string {
  return `when ${test} then ${fault('forgotten', 'null', `'the lead was forgotten'`)}`;
}

/** SQL for a JSON value less the forgotten leads in a list of it; `path` leads to their ids. */
export function lessForgotten(crm: string, json: string, path: string, options: RowOptions): string {
  if (options.forgotten.length === 0) return json;
  const { hashes, hash } = forgottenLeads(crm, options);
  const [, outer = '', key = ''] = /^\$\.(.+)\[\*\]\.(.+)$/.exec(path) ?? [];
  const items = `json_extract(${json}, ${quoteLiteral(`$.${outer}[*]`)})`;
  const kept = `to_json(list_filter(${items}, lambda item: not list_contains(${hashes}, ${hash(`(item ->> '$.${key}')`)})))`;
  const patch = outer.split('.').reduceRight((value, name) => `json_object(${quoteLiteral(name)}, ${value})`, kept);
  return `if(len(${items}) > 0, json_merge_patch(${json}, ${patch}), ${json})`;
}
