import { basename } from 'node:path/posix';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { MetricYaml } from './metric-schema.ts';
import { type Check, checkType } from './metric-type-checks.ts';
import type { Place, SourceText, YamlPath } from './yaml-file.ts';

/** What can be said of a metric without the rest of the project. */
export function checkAlone(
  yaml: MetricYaml,
  file: SourceText,
  at: (path: YamlPath) => Place,
  problems: Diagnostic[],
): void {
  const report: Check['report'] = (code, message, path, help = {}) =>
    problems.push({ code, severity: 'error', message, ...at(path), ...help });
  const written = (key: string): string | undefined => {
    const [own, whole] = [at([key]), at([])];
    if (own.line === whole.line && own.column === whole.column) return undefined;
    return file.text.split('\n')[own.line - 1]?.slice(own.column - 1);
  };
  const check: Check = { yaml, written, report };
  checkFileName(check, file);
  checkTwins(check);
  checkTotalName(check);
  checkChanges(check);
  checkUnit(check);
  checkTarget(check);
  checkType(check);
}

function checkFileName({ yaml, report }: Check, file: SourceText): void {
  const fileName = basename(file.path, '.yml');
  const [, named = fileName, number] = /^(.*)\.v([1-9]\d*)$/.exec(fileName) ?? [];
  if (yaml.name !== named) {
    const canBeNamed = /^[a-z][a-z0-9_]*$/.test(named);
    const fix = canBeNamed ? `Write "name: ${named}", or rename the file.` : `Name the file ${yaml.name}.yml.`;
    report('name-mismatch', `name is "${yaml.name}", the file is named "${fileName}"`, ['name'], { fix });
  } else if (number !== undefined && Number(number) !== yaml.version) {
    const fix = `Write "version: ${Number(number)}", or rename the file.`;
    report('name-mismatch', `version is ${yaml.version}, the file is named "${fileName}"`, ['version'], { fix });
  }
}

/** In the values `all` is no dimension: its rows would stand among the totals. */
function checkTotalName({ yaml, report }: Check): void {
  const index = yaml.dimensions.indexOf('all');
  if (index < 0) return;
  const fix = 'Give the column another name in the model.';
  report('invalid-value', 'dimensions: "all" is how the total is called', ['dimensions', index], { fix });
}

function checkTwins({ yaml, report }: Check): void {
  const lists = {
    dimensions: yaml.dimensions,
    grains: yaml.grains,
    ...('key' in yaml ? { key: yaml.key } : {}),
    ...('by' in yaml && yaml.by !== undefined ? { by: yaml.by } : {}),
  };
  for (const [key, list] of Object.entries(lists)) {
    // DuckDB does not tell upper case from lower case.
    const names = [list].flat().map((name) => name.toLowerCase());
    const twin = names.findIndex((name, index) => names.indexOf(name) < index);
    if (twin >= 0) {
      report('duplicate-name', `"${list[twin]}" twice in ${key}`, [key, twin], { fix: 'Remove one of them.' });
    }
  }
}

function checkChanges({ yaml, report }: Check): void {
  const told = yaml.changes.map(({ version }) => version);
  const versions = Array.from({ length: yaml.version }, (_, index) => index + 1);
  const untold = versions.find((version) => !told.includes(version));
  if (untold !== undefined) {
    const fix = `Add "- { version: ${untold}, why: … }".`;
    report('undocumented-version', `version ${untold} is not among the changes`, ['changes'], { fix });
  }
  told.forEach((version, index) => {
    const path = ['changes', index, 'version'];
    if (told.indexOf(version) < index) {
      report('duplicate-name', `version ${version} twice in changes`, path, { fix: 'Keep one line a version.' });
    } else if (version > yaml.version) {
      const fix = `Write "version: ${version}" above, or remove the line.`;
      report('undocumented-version', `changes speak of version ${version}, this is ${yaml.version}`, path, { fix });
    }
  });
  const { effective_from: from, deprecated_on: on } = yaml;
  if (from !== undefined && on !== undefined && on < from) {
    report('invalid-value', `deprecated_on ${on} is before effective_from ${from}`, ['deprecated_on']);
  }
}

/** A share is shown in percent and a number of rows as a count; anything else would be shown wrongly. */
function checkUnit({ yaml, report }: Check): void {
  const expected = unitsOf(yaml);
  if (expected.includes(yaml.unit)) return;
  const help = { expected: `${expected.length > 1 ? 'one of ' : ''}${expected.join(', ')}` };
  if (yaml.type === 'duration' && yaml.unit === 'days') {
    report(
      'invalid-value',
      'unit "days" does not fit business time: no two days are open equally long',
      ['unit'],
      help,
    );
    return;
  }
  report('invalid-value', `unit "${yaml.unit}" does not fit a metric of type "${yaml.type}"`, ['unit'], help);
}

const measured = ['count', 'minutes', 'hours', 'days', 'number', 'amount'];

function unitsOf(yaml: MetricYaml): readonly string[] {
  switch (yaml.type) {
    case 'count':
    case 'count_distinct':
      return ['count'];
    case 'ratio':
      return typeof yaml.numerator === 'string' ? ['percent'] : ['percent', ...measured];
    case 'conversion':
      return yaml.counts === 'conversions' ? ['percent', 'number'] : ['percent'];
    case 'duration':
      return yaml.clock === 'business' ? ['minutes', 'hours'] : ['minutes', 'hours', 'days'];
    case 'cumulative':
    case 'derived':
      return ['percent', ...measured];
    default:
      return measured;
  }
}

function checkTarget({ yaml, written, report }: Check): void {
  const { target, unit } = yaml;
  if (target === undefined) return;
  const percentage = /^["']?([\d.]+\s*%)/.exec(written('target') ?? '')?.[1];
  if (percentage !== undefined && unit !== 'percent') {
    const expected = `a number, in the unit "${unit}"`;
    report('invalid-value', `target: ${percentage} is a share, and the value is not`, ['target'], { expected });
    return;
  }
  // The promises of two metrics, or of an expression, may be more than the whole.
  const isShare = unit === 'percent' && yaml.type !== 'derived';
  if (target >= 0 && (!isShare || target <= 1)) return;
  const isMeantInPercent = isShare && percentage === undefined && target > 1 && target <= 100;
  report('invalid-value', `target: ${percentage ?? target} cannot be reached`, ['target'], {
    expected: isShare ? 'a share between 0 and 1, or a percentage such as 90 %' : 'a number of zero or more',
    ...(isMeantInPercent ? { fix: `Did you mean ${target} %?` } : {}),
  });
}
