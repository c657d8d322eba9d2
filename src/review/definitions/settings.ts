import type { ProjectConfig } from '../../project/config-file.ts';
import type { CrmLayout } from '../../project/layout-file.ts';
import type { Project } from '../../project/project.ts';
import type { DefinitionChange } from '../types.ts';
import { type About, changedDefinition, fieldOf, wholeChange } from './definition-change.ts';
import type { Field } from './fields.ts';
import { otherRules } from './rules-others.ts';
import { layoutFields } from './settings-layouts.ts';
import { sourceFields } from './settings-sources.ts';
import { settingWords } from './settings-words.ts';

/** What handover.yml, its contracts aside, and the layouts of CRM exports say otherwise. Pure. */
export function compareSettings(before: Project, after: Project): DefinitionChange[] {
  return [...compareConfigs(before, after), ...compareLayouts(before, after)];
}

function compareConfigs(before: Project, after: Project): DefinitionChange[] {
  const about: About = {
    kind: 'project',
    name: 'handover.yml',
    title: 'the settings of the project',
    file: after.config.at([]).file,
    line: 1,
  };
  // The agreement's own zone and year win.
  const isOverruled = before.agreements.length > 0 && after.agreements.length > 0;
  const [old, now] = [before, after].map(({ config }) => configFields(config, isOverruled));
  return changedDefinition(about, old ?? [], now ?? [], { words: settingWords, rules: otherRules });
}

function configFields(config: ProjectConfig, isOverruled: boolean): Field[] {
  const where = isOverruled ? '.overruled' : '';
  return [
    fieldOf('name', 'name', config.name),
    ...(config.extends === undefined ? [] : [fieldOf('extends', 'extends', config.extends)]),
    fieldOf('time_zone', `time_zone${where}`, config.timeZone),
    fieldOf('fiscal_year_starts', `fiscal_year_starts${where}`, config.fiscalYearStartMonth, monthOf(config)),
    ...(config.retentionMonths === undefined
      ? []
      : [fieldOf('retention_months', 'retention_months', config.retentionMonths)]),
    ...config.sources.flatMap(sourceFields),
    ...[...config.models].flatMap(([folder, defaults]) =>
      Object.entries(defaults).map(([key, value]) => fieldOf(`models.${folder}.${key}`, 'models', value)),
    ),
    ...reviewFields(config),
  ];
}

function monthOf({ fiscalYearStartMonth: month }: ProjectConfig): string {
  return new Date(Date.UTC(2026, month - 1, 1)).toLocaleString('en-GB', { month: 'long', timeZone: 'UTC' });
}

function reviewFields({ review }: ProjectConfig): Field[] {
  const { timeLimitMinutes, ...levels } = review;
  const written = (key: string) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return [
    ...Object.entries(levels).map(([key, level]) => fieldOf(`review.${written(key)}`, 'review', level)),
    fieldOf('review.time_limit', 'review.time_limit', timeLimitMinutes, `${timeLimitMinutes} minutes`),
  ];
}

function compareLayouts(before: Project, after: Project): DefinitionChange[] {
  const find = ({ layouts }: Project, kind: string) => layouts.find((layout) => layout.kind === kind);
  const kinds = [...before.layouts, ...after.layouts].map(({ kind }) => kind);
  return [...new Set(kinds)].sort().flatMap((kind) => {
    const [old, now] = [find(before, kind), find(after, kind)];
    if (now === undefined) return old === undefined ? [] : whole(old, 'removed', 'is gone');
    if (old === undefined) return whole(now, 'added', 'is new');
    return changedDefinition(aboutLayout(now), layoutFields(old), layoutFields(now), {
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
