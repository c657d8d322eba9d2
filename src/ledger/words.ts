import type { Cause } from './causes.ts';
import type { InputChange } from './changed-inputs.ts';

export type Language = 'en' | 'da';

/** A few names say enough. */
const namesShown = 3;

/** Why a value differs, as a part of a sentence. */
export function causeInWords(cause: Cause, language: Language): string {
  const words = phrases[language];
  const parts = [
    ...(cause.kind === 'settled' ? [words.settled] : []),
    ...(cause.isMetricGone ? [words.metricGone] : []),
    ...(cause.isPeriodGone ? [words.periodGone] : []),
    ...(cause.versions === undefined ? [] : [words.version(cause.versions)]),
    ...groups(cause.definitions).map(([kind, changes]) => words.definition(kind, named(changes, words.more))),
    ...(cause.files.length === 0 ? [] : [`${words.files(cause.files)}: ${named(cause.files, words.more)}`]),
    ...(cause.isForgotten ? [words.forgotten] : []),
    ...(cause.asOf === undefined ? [] : [words.asOf(day(cause.asOf.from), day(cause.asOf.to))]),
  ];
  return parts.length === 0 ? words.unknown : parts.join('; ');
}

/** A value in its unit: `74.1 %`, `35 minutes`; of a metric that is gone as it is. */
export function valueInWords(value: number | null, unit: string | null, language: Language): string {
  if (value === null) return phrases[language].noValue;
  const format = (number: number, digits: number): string =>
    number.toLocaleString(language, {
      maximumFractionDigits: digits,
      minimumFractionDigits: unit === 'percent' ? 1 : 0,
    });
  if (unit === 'percent') return `${format(value * 100, 1)} %`;
  const time = unit === null ? undefined : phrases[language].units[unit];
  return `${format(value, 2)}${time === undefined ? '' : ` ${time}`}`;
}

function groups(changes: readonly InputChange[]): [string, readonly InputChange[]][] {
  const kinds = [...new Set(changes.map(({ kind }) => kind))];
  return kinds.map((kind) => [kind, changes.filter((change) => change.kind === kind)]);
}

function named(changes: readonly InputChange[], more: (count: number) => string): string {
  const names = changes.slice(0, namesShown).map(({ name }) => name);
  const rest = changes.length - names.length;
  return `${names.join(', ')}${rest === 0 ? '' : ` ${more(rest)}`}`;
}

function day(instant: string): string {
  return instant.slice(0, 10);
}

type Phrases = {
  readonly settled: string;
  readonly metricGone: string;
  readonly periodGone: string;
  readonly forgotten: string;
  readonly unknown: string;
  readonly noValue: string;
  readonly units: Readonly<Record<string, string>>;
  more(count: number): string;
  version(versions: NonNullable<Cause['versions']>): string;
  definition(kind: string, names: string): string;
  files(files: readonly InputChange[]): string;
  asOf(from: string, to: string): string;
};

const phrases: Readonly<Record<Language, Phrases>> = {
  en: {
    settled: 'it was not final when it was published',
    metricGone: 'the metric is no longer there',
    periodGone: 'the metric is no longer worked out for this period',
    forgotten: 'leads that may no longer be kept are not counted any more',
    unknown: 'nothing that it is made of is known to have changed',
    noValue: 'no value',
    units: { minutes: 'minutes', hours: 'hours', days: 'days' },
    more: (count) => `and ${count} more`,
    version: ({ from, to, why }) => `metric version ${from} → ${to}${why.length === 0 ? '' : `: ${why.join('; ')}`}`,
    definition: (kind, names) => `${{ ...kindsEn }[kind] ?? kind} changed: ${names}`,
    files: (files) => `${files.length} ${files.length === 1 ? 'file' : 'files'} ${how(files, howEn, 'or')} since`,
    asOf: (from, to) => `the data reach to ${to}, and to ${from} when it was published`,
  },
  da: {
    settled: 'tallet var ikke endeligt, da det blev offentliggjort',
    metricGone: 'nøgletallet findes ikke længere',
    periodGone: 'nøgletallet regnes ikke længere ud for denne periode',
    forgotten: 'leads, der ikke længere må gemmes, tælles ikke med mere',
    unknown: 'intet af det, tallet er lavet af, vides at være ændret',
    noValue: 'intet tal',
    units: { minutes: 'minutter', hours: 'timer', days: 'dage' },
    more: (count) => `og ${count} til`,
    version: ({ from, to, why }) =>
      `nøgletallets version ${from} → ${to}${why.length === 0 ? '' : `: ${why.join('; ')}`}`,
    definition: (kind, names) => `${{ ...kindsDa }[kind] ?? kind} ændret: ${names}`,
    files: (files) => `${files.length} ${files.length === 1 ? 'fil' : 'filer'} ${how(files, howDa, 'eller')} siden`,
    asOf: (from, to) => `data rækker til ${to}, og rakte til ${from}, da tallet blev offentliggjort`,
  },
};

const kindsEn: Readonly<Record<string, string>> = {
  metric: 'metric',
  model: 'model',
  agreement: 'agreement',
  seed: 'reference data',
  layout: 'description of the export',
  config: 'settings',
  tool: 'the tool itself',
};

const kindsDa: Readonly<Record<string, string>> = {
  metric: 'nøgletal',
  model: 'model',
  agreement: 'aftale',
  seed: 'stamdata',
  layout: 'beskrivelse af eksporten',
  config: 'indstillinger',
  tool: 'selve værktøjet',
};

const howEn = { new: 'loaded', changed: 'changed', gone: 'taken away' } as const;
const howDa = { new: 'indlæst', changed: 'ændret', gone: 'fjernet' } as const;

/** What became of the files: `loaded or changed`. */
function how(
  files: readonly InputChange[],
  words: Readonly<Record<InputChange['change'], string>>,
  or: string,
): string {
  const changes = (['new', 'changed', 'gone'] as const).filter((change) =>
    files.some((file) => file.change === change),
  );
  const said = changes.map((change) => words[change]);
  const last = said.pop() ?? '';
  return said.length === 0 ? last : `${said.join(', ')} ${or} ${last}`;
}
