import { quoted } from './definition-change.ts';
import type { FieldDifference } from './fields.ts';

const fromNextLoad = 'from the next load on; the values compared here do not show it';

/** What a setting of handover.yml or of a layout does, for people. */
export function settingWords(change: FieldDifference): string {
  const [area] = change.path.split('.');
  if (change.field.startsWith('layout.')) return `${layoutWords(change)}, ${fromNextLoad}`;
  if (area === 'sources') return `${sourceWords(change)}, ${fromNextLoad}`;
  const [from, to] = [change.before?.text, change.after?.text];
  switch (change.field) {
    case 'name':
      return `the project is called ${quoted(to ?? '')} instead of ${quoted(from ?? '')}`;
    case 'extends':
      return `it inherits from ${to === undefined ? 'nothing' : quoted(to)} instead of ${from === undefined ? 'nothing' : quoted(from)}`;
    case 'time_zone':
    case 'time_zone.overruled':
      return `weeks and months begin in ${to} instead of ${from}${overruled(change)}`;
    case 'fiscal_year_starts':
    case 'fiscal_year_starts.overruled':
      return `the fiscal year starts in ${to} instead of ${from}${overruled(change)}`;
    case 'retention_months':
      if (to === undefined) return `leads are kept for ever instead of ${from} months`;
      return `leads are kept for ${to} months instead of ${from === undefined ? 'for ever' : from}`;
    case 'forgotten.gone':
      return `REQUESTS TO BE FORGOTTEN: ${from} would come back at the next load`;
    case 'forgotten.new':
      return `${to} more would stay forgotten, from the next load on`;
    case 'review':
      return `the review treats ${change.path.slice('review.'.length)} as ${to} instead of ${from}`;
    case 'site.lead_detail':
      return to === 'none'
        ? 'the site no longer names any lead'
        : 'PERSONAL DATA: the site would name leads by their ids, where it named none';
    case 'site.record_url':
      return recordUrlWords(change);
    case 'site.people_notice_date':
      if (to === undefined) return `the site no longer has figures of single people; it had them from ${from} on`;
      return from === undefined
        ? `PERSONAL DATA: the site would show figures of single people, from ${to} on`
        : `the site would show figures of single people from ${to} on instead of ${from}`;
    case 'site.url':
      return `the digest's links ${to === undefined ? 'lead nowhere any more' : `lead to ${quoted(to)}`}${from === undefined ? '' : ` instead of ${quoted(from)}`}`;
    case 'site.draft':
      if (to === undefined) return `the quarterly review no longer shows what ${quoted(from ?? '')} would have changed`;
      return `the quarterly review shows what ${quoted(to)} would have changed${from === undefined ? '' : ` instead of ${quoted(from)}`}`;
    case 'review.time_limit':
      return `a review may take ${to} instead of ${from}`;
    default:
      return `${quoted(change.path)} ${said(from, to)}`;
  }
}

function recordUrlWords({ path, before, after }: FieldDifference): string {
  const crm = path.slice('site.record_url.'.length);
  const records = crm === '*' ? 'records' : `records of ${quoted(crm)}`;
  if (after === undefined) return `leads are no longer linked to their ${records}`;
  const link = `leads are linked to their ${records} at ${quoted(after.text)}`;
  return before === undefined ? link : `${link} instead of ${quoted(before.text)}`;
}

function overruled({ field }: FieldDifference): string {
  return field.endsWith('.overruled') ? ', where no agreement says so; one does' : '';
}

function said(from: string | undefined, to: string | undefined): string {
  if (from === undefined) return `is ${quoted(to ?? '')}, and said nothing before`;
  return to === undefined
    ? `says nothing any more; it was ${quoted(from)}`
    : `is ${quoted(to)} instead of ${quoted(from)}`;
}

/** Of a property that comes. */
function asked(field: string): string {
  return field.endsWith('.asked') ? ', and what it says of a lead is asked for' : '';
}

function sourceWords({ field, path, before, after }: FieldDifference): string {
  const [, name = '', key = '', ...rest] = path.split('.');
  const source = `the source ${quoted(name)}`;
  const part = rest.join('.');
  const [from, to] = [before?.text, after?.text];
  switch (field) {
    case 'sources':
    case 'sources.table':
      return `${source} ${before === undefined ? 'is new' : 'is gone'}`;
    case 'sources.personal':
      if (after === undefined)
        return `PERSONAL DATA: ${quoted(part)} of ${source} would be stored as it is, no longer ${from}`;
      if (before === undefined) return `${quoted(part)} of ${source} is ${to} before it is stored`;
      return `${quoted(part)} of ${source} is ${to} instead of ${from}`;
    case 'sources.properties':
    case 'sources.properties.asked':
      if (before === undefined) return `the property ${quoted(part)} of ${source} may be stored${asked(field)}`;
      if (after === undefined) return `the property ${quoted(part)} of ${source} is not stored any more`;
      return `the property ${quoted(part)} of ${source} is ${to} instead of ${from}`;
    case 'sources.columns':
      return `the column ${quoted(part)} of ${source} ${said(from, to)}`;
    case 'sources.max_rejected':
      return `a load of ${source} fails with more than ${to ?? 'the usual share'} of rows rejected instead of ${from ?? 'the usual share'}`;
    default:
      return `\`${key}\` of ${source} ${said(from, to)}`;
  }
}

function layoutWords({ field, path, before, after }: FieldDifference): string {
  const [from, to] = [before?.text, after?.text];
  const [, table = '', , column = '', ...rest] = path.split('.');
  const came = before === undefined ? 'is new' : 'is gone';
  switch (field) {
    case 'layout.needs':
      return `an export must hold ${to || 'no table in particular'} instead of ${from || 'no table in particular'}`;
    case 'layout.properties':
    case 'layout.properties.asked':
      if (before !== undefined && after !== undefined) return `the property ${quoted(table)} ${said(from, to)}`;
      return `the property ${quoted(path.slice('properties.'.length))} ${after === undefined ? 'is not stored any more' : `may be stored${asked(field)}`}`;
    case 'layout.tables':
      return `the table ${quoted(table)} ${came}`;
    case 'layout.columns':
      return `the column ${quoted(column)} of ${quoted(table)} ${came}`;
    case 'layout.lead':
      return `REQUESTS TO BE FORGOTTEN find leads in ${quoted(column)} of ${quoted(table)} otherwise: ${rest.join('.')} ${said(from, to)}`;
    case 'layout.guard':
      return `WHAT MAY BE STORED of ${quoted(column)} of ${quoted(table)} is another: ${rest.join('.')} ${said(from, to)}`;
    case 'layout.column':
      return `${rest.join('.')} of the column ${quoted(column)} of ${quoted(table)} ${said(from, to)}`;
    default:
      return `${column === '' ? path.split('.').at(-1) : column} of the table ${quoted(table)} ${said(from, to)}`;
  }
}
