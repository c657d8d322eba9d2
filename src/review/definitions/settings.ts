import { english } from '../../agreement/document-english.ts';
import type { FolderDefaults, ProjectConfig } from '../../project/config-file.ts';
import type { CrmLayout } from '../../project/layout-file.ts';
import type { Project } from '../../project/project.ts';
import type { DefinitionChange } from '../types.ts';
import { type About, changedDefinition, fieldOf, wholeChange } from './definition-change.ts';
import type { Field } from './fields.ts';
import { counted } from './metrics-phrases.ts';
import { otherRules } from './rules-others.ts';
import { layoutFields } from './settings-layouts.ts';
import { type IsAsked, sourceFields } from './settings-sources.ts';
import { settingWords } from './settings-words.ts';

/** What handover.yml, its contracts aside, and the layouts of CRM exports say otherwise. Pure. */
export function compareSettings(before: Project, after: Project): DefinitionChange[] {
  const isAsked = askedIn([before, after]);
  return [...compareConfigs(before, after, isAsked), ...compareLayouts(before, after, isAsked)];
}

/**
 * Whether an agreement, a model or a metric may ask for an attribute of leads: whether its name stands there. One that
 * stands there for something else only makes a change graver.
 */
function askedIn(projects: readonly Project[]): IsAsked {
  const texts = projects.flatMap(({ agreements, models, metrics }) => [
    ...agreements.map((agreement) => JSON.stringify(agreement)),
    ...models.map(({ sql }) => sql.text),
    ...metrics.map(({ file }) => file.text),
  ]);
  return (attribute) => texts.some((text) => text.includes(attribute));
}

function compareConfigs(before: Project, after: Project, isAsked: IsAsked): DefinitionChange[] {
  const about: About = {
    kind: 'project',
    name: 'handover.yml',
    title: 'the settings of the project',
    file: after.config.at([]).file,
    line: 1,
  };
  // The agreement's own zone and year win.
  const isOverruled = before.agreements.length > 0 && after.agreements.length > 0;
  const fields = ({ config }: Project): Field[] => configFields(config, isOverruled, isAsked);
  const old = [...fields(before), ...tombstones('forgotten.gone', before, after)];
  const now = [...fields(after), ...tombstones('forgotten.new', after, before)];
  return changedDefinition(about, old, now, { words: settingWords, rules: otherRules });
}

/** Leads that one side keeps forgotten and the other does not; a count, as a hash is of nobody's business. */
function tombstones(name: string, { forgotten }: Project, other: Project): Field[] {
  const known = new Set(other.forgotten.map(({ source, hash }) => `${source} ${hash}`));
  const own = new Set(forgotten.map(({ source, hash }) => `${source} ${hash}`).filter((key) => !known.has(key)));
  return own.size === 0 ? [] : [fieldOf(name, name, [...own].sort(), counted(own.size, 'lead'))];
}

function configFields(config: ProjectConfig, isOverruled: boolean, isAsked: IsAsked): Field[] {
  const where = isOverruled ? '.overruled' : '';
  const month = english.months[config.fiscalYearStartMonth - 1];
  return [
    fieldOf('name', 'name', config.name),
    ...(config.extends === undefined ? [] : [fieldOf('extends', 'extends', config.extends)]),
    fieldOf('time_zone', `time_zone${where}`, config.timeZone),
    fieldOf('fiscal_year_starts', `fiscal_year_starts${where}`, config.fiscalYearStartMonth, month),
    ...(config.retentionMonths === undefined
      ? []
      : [fieldOf('retention_months', 'retention_months', config.retentionMonths)]),
    ...config.sources.flatMap((source) => sourceFields(source, isAsked)),
    ...[...config.models].flatMap(folderFields),
    ...reviewFields(config),
    ...siteFields(config),
  ];
}

function folderFields([folder, { materialized, isPublic, tags }]: readonly [string, FolderDefaults]): Field[] {
  const field = (key: string, value: unknown): Field[] =>
    value === undefined ? [] : [fieldOf(`models.${folder}.${key}`, 'models', value)];
  return [
    ...field('materialized', materialized),
    ...field('public', isPublic),
    ...field('tags', tags && [...new Set(tags)].sort().join(', ')),
  ];
}

function reviewFields({ review }: ProjectConfig): Field[] {
  const { timeLimitMinutes, ...levels } = review;
  const written = (key: string) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return [
    ...Object.entries(levels).map(([key, level]) => fieldOf(`review.${written(key)}`, 'review', level)),
    fieldOf('review.time_limit', 'review.time_limit', timeLimitMinutes, `${timeLimitMinutes} minutes`),
  ];
}

function siteFields({ site }: ProjectConfig): Field[] {
  const said = (key: string, value: string | undefined): Field[] =>
    value === undefined ? [] : [fieldOf(`site.${key}`, `site.${key}`, value)];
  return [
    ...said('lead_detail', site.leadDetail),
    ...[...site.recordUrls].map(([crm, url]) => fieldOf(`site.record_url.${crm}`, 'site.record_url', url)),
    ...said('people_notice_date', site.peopleNoticeDate),
    ...said('url', site.url),
    ...said('draft', site.draft),
  ];
}

function compareLayouts(before: Project, after: Project, isAsked: IsAsked): DefinitionChange[] {
  const find = ({ layouts }: Project, kind: string) => layouts.find((layout) => layout.kind === kind);
  const kinds = [...before.layouts, ...after.layouts].map(({ kind }) => kind);
  return [...new Set(kinds)].sort().flatMap((kind) => {
    const [old, now] = [find(before, kind), find(after, kind)];
    if (now === undefined) return old === undefined ? [] : whole(old, 'removed', 'is gone');
    if (old === undefined) return whole(now, 'added', 'is new');
    return changedDefinition(aboutLayout(now), layoutFields(old, isAsked), layoutFields(now, isAsked), {
      words: settingWords,
      rules: otherRules,
    });
  });
}

function whole(layout: CrmLayout, change: 'added' | 'removed', words: string): DefinitionChange[] {
  return wholeChange(aboutLayout(layout), change, words, otherRules, `layout.${change}`);
}

function aboutLayout(layout: CrmLayout): About {
  const title = `the layout of ${layout.kind} exports`;
  return { kind: 'project', name: layout.kind, title, file: layout.at([]).file, line: 1 };
}
