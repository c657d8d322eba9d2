import { counting, inLanguage, type Language, translate } from '../../../reports/components/catalogue.ts';
import { type Formats, formats } from '../../../reports/components/format.ts';
import { tellPromises } from '../../../reports/components/sentence.ts';
import { oneLine } from '../../diagnostics/escape.ts';
import { type Breach, type Decision, type Facts, type Headline, most, type Promised } from './facts.ts';

/** A week in the words of one language: plain text, nothing of it escaped yet. */
export interface Digest {
  readonly language: Language;
  readonly subject: string;
  readonly sentence: string;
  /** Said before anything else of the numbers: they are not final. */
  readonly notice?: string;
  readonly promises?: Table;
  readonly headlines?: Table;
  readonly paragraphs: readonly Paragraph[];
  readonly links: readonly Link[];
  readonly foot: string;
}

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

export interface Row {
  /** Its shape and word, where the row is judged. */
  readonly mark?: Mark;
  /** One per column. */
  readonly cells: readonly Cell[];
}

interface Mark {
  readonly status: Promised['status'];
  readonly shape: string;
  readonly word: string;
}

export interface Cell {
  readonly text: string;
  /** What the text rests on, or what else must be known of it. */
  readonly note?: string;
}

export interface Paragraph {
  readonly title: string;
  readonly text: string;
  readonly items: readonly string[];
}

interface Link {
  readonly text: string;
  readonly address: string;
}

export interface Wording {
  readonly language: Language;
  /** Where the site is served, without a slash at the end; undefined: there are no links. */
  readonly url?: string;
}

/** Told apart without colour, and by mail clients without pictures or fonts of their own. */
const shapes: Readonly<Record<Promised['status'], string>> = { kept: '✓', missed: '✗', open: '…', no_data: '–' };

/** Longer names and sentences are cut: all of it must fit on one screen, whatever the data hold. */
const longest = { name: 60, id: 40, title: 120, sentence: 400 } as const;

/** Puts what is to be told of a week into words. */
export function tellWeek(facts: Facts, { language, url }: Wording): Digest {
  const speech = speak(language);
  const { t, format } = speech;
  const { week } = facts;
  const promises = facts.promises.map((row) => promiseRow(row, week.label, speech));
  const headlines = facts.headlines.map((row) => headlineRow(row, week.label, speech));
  const thisWeek = format.period(week.label);
  return {
    language,
    subject: subject(facts, speech),
    sentence: sentence(facts.promises, speech),
    ...(week.is_complete ? {} : { notice: t('digest.so_far', { period: format.period(week.label, true) }) }),
    ...(promises.length === 0
      ? {}
      : {
          promises: {
            columns: [t('digest.promises'), t('digest.side'), thisWeek, t('headline.target')],
            rows: promises,
          },
        }),
    ...(headlines.length === 0
      ? {}
      : {
          headlines: {
            columns: [t('digest.headlines'), thisWeek, t('digest.four_weeks'), t('digest.change')],
            rows: headlines,
          },
        }),
    paragraphs: [
      ...breaches(facts, speech),
      ...meetings(facts, speech),
      ...openLeads(facts, speech),
      improvement(facts, speech),
      decisions(facts, speech),
    ],
    links: url === undefined ? [] : links(week.label, url, speech),
    foot: foot(facts, speech),
  };
}

interface Speech {
  readonly language: Language;
  readonly t: ReturnType<typeof translate>;
  readonly count: ReturnType<typeof counting>;
  readonly local: (row: object, column: string, most: number) => string;
  readonly format: Formats;
}

function speak(language: Language): Speech {
  const local = inLanguage(language);
  return {
    language,
    t: translate(language),
    count: counting(language),
    local: (row, column, most) => oneLine(local({ ...row }, column), most),
    format: formats(language),
  };
}

function subject({ week, promises, breaches: found }: Facts, { t, count, format }: Speech): string {
  const told = [
    promisesInShort(promises, { t, count }),
    ...(found === undefined || found.count === 0 ? [] : [count('digest.breach_count', found.count)]),
  ].join(', ');
  return t(week.is_complete ? 'digest.subject' : 'digest.subject_so_far', {
    period: format.period(week.label, true).replace(/^./, (letter) => letter.toLowerCase()),
    told,
  });
}

function promisesInShort(promises: readonly Promised[], { t, count }: Pick<Speech, 't' | 'count'>): string {
  const of = (status: string): number => promises.filter((row) => row.status === status).length;
  if (promises.length === 0) return t('digest.no_promises');
  if (of('missed') > 0) return count('digest.missed', of('missed'), { promises: promises.length });
  if (of('kept') === promises.length) return count('digest.all_kept', promises.length);
  const kept = of('kept');
  return t('digest.none_missed', { kept, undecided: promises.length - kept, promises: promises.length });
}

/** The sentence with which This week and the weekly review begin. */
function sentence(promises: readonly Promised[], { language }: Speech): string {
  const { kept, undecided } = tellPromises(promises, language);
  return undecided === '' ? kept : `${kept} ${undecided}`;
}

function promiseRow(row: Promised, week: string, { t, local, format }: Speech): Row {
  const notes = [
    row.judged_period && row.judged_period !== week ? format.inline(row.judged_period) : '',
    basis(row, { t, format }),
    pending(row, { t, format }),
    row.is_mature === false ? t('figure.immature') : '',
  ];
  return {
    mark: { status: row.status, shape: shapes[row.status], word: t(`status.${row.status}`) },
    cells: [
      { text: nameOf(row, local) },
      { text: t(`side.${row.side}`) },
      cell(format.figure(row), notes),
      { text: format.target(row) },
    ],
  };
}

function headlineRow(row: Headline, week: string, { t, local, format }: Speech): Row {
  const isThere = row.label === week;
  const few =
    row.is_too_few && row.value !== null ? t('figure.too_few', { n: format.number(row.sample_size ?? 0) }) : '';
  return {
    cells: [
      cell(nameOf(row, local), [goal(row, { t, format })]),
      isThere
        ? cell(format.figure(row), [
            basis(row, { t, format }),
            pending(row, { t, format }),
            row.is_mature === false ? t('figure.immature') : '',
          ])
        : { text: '–' },
      isThere
        ? cell(format.value(row.unit, row.four_weeks_value), [
            row.four_weeks_value !== null && row.unit !== 'count' && row.four_weeks_sample_size !== null
              ? restsOn(row.four_weeks_sample_size, { t, format })
              : '',
            row.four_weeks_is_mature === false ? t('figure.so_far') : '',
          ])
        : { text: '–' },
      { text: (isThere && (format.change(row) || few)) || '–' },
    ],
  };
}

function cell(text: string, notes: readonly string[]): Cell {
  const note = notes.filter((part) => part !== '').join(', ');
  return note === '' ? { text } : { text, note };
}

function nameOf(row: Promised | Headline, local: Speech['local']): string {
  return local(row, 'label', longest.name) || oneLine(row.metric, longest.name);
}

/** What a figure rests on, in one piece; of a count it is the figure itself. */
function basis(row: Promised | Headline, { t, format }: Pick<Speech, 't' | 'format'>): string {
  if (row.unit === 'count' || row.sample_size === null || row.sample_size === undefined) return '';
  if (row.unit === 'percent' && row.denominator) return together(format.basis(row));
  return restsOn(row.sample_size, { t, format });
}

function restsOn(sample: number, { t, format }: Pick<Speech, 't' | 'format'>): string {
  return together(t('figure.n', { n: format.number(sample) }));
}

function together(text: string): string {
  return text.replaceAll(' ', '\u00a0');
}

/** What may still change the verdict. */
function pending(row: Promised | Headline, { t, format }: Pick<Speech, 't' | 'format'>): string {
  return row.status === 'open' && row.pending ? t('figure.pending', { count: format.number(row.pending) }) : '';
}

/** A target that no row of the promises tells for this period: a goal that is no promise, or one for another grain. */
function goal(row: Headline, { t, format }: Pick<Speech, 't' | 'format'>): string {
  if (row.target_source === 'metric') return t('digest.own_goal', { target: format.target(row) });
  if (row.promised_target === null || row.promised_grain === null) return '';
  const target = format.target({ ...row, target: row.promised_target });
  return t('digest.promised', { target, grain: t(`target.per_${row.promised_grain}`) });
}

function breaches({ breaches: found, week }: Facts, speech: Speech): Paragraph[] {
  if (found === undefined) return [];
  const { t, count, format } = speech;
  const values = { week: format.inline(week.label), count: format.number(found.count) };
  const rest = found.unexplained - found.newest.length;
  return [
    {
      title: t('digest.breaches'),
      text:
        found.count === 0
          ? t('digest.no_breach', values)
          : found.unexplained === 0
            ? t('digest.all_explained', values)
            : t('digest.unexplained', { ...values, unexplained: format.number(found.unexplained) }),
      items: [
        ...found.newest.map((row) => breach(row, speech)),
        ...(rest > 0 ? [count('digest.more_unexplained', rest)] : []),
      ],
    },
  ];
}

function breach(row: Breach, { t, format }: Speech): string {
  return [
    row.lead_id === null ? '' : oneLine(row.lead_id, longest.id),
    t(`breaches.kind.${row.kind}`),
    t(`digest.breach_${row.status}`),
    // A day alone where leads are not named.
    t('digest.due', { moment: row.due_at.length > 10 ? format.shortMoment(row.due_at) : format.day(row.due_at) }),
    row.team === '(none)' ? t('team.none') : oneLine(row.team, longest.name),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

function meetings({ meetings: found, week }: Facts, { t, count, format }: Speech): Paragraph[] {
  if (found === undefined) return [];
  const values = { week: format.inline(week.label) };
  const text =
    found.planned === 0
      ? t('digest.meetings_none', values)
      : found.withoutOutcome === 0
        ? t('digest.meetings_reported', values)
        : count('digest.meetings_missing', found.withoutOutcome, values);
  return [{ title: t('digest.meetings'), text, items: [] }];
}

function openLeads({ openLeads: found, about }: Facts, { t, format }: Speech): Paragraph[] {
  if (found === undefined || about.as_of === null) return [];
  const text = t('digest.open_leads', {
    moment: format.moment(about.as_of),
    overdue: format.number(found.overdue),
    today: format.number(found.today),
  });
  return [{ title: t('digest.open'), text, items: [] }];
}

function improvement({ improvement: found, isNewest, week }: Facts, { t, local, format }: Speech): Paragraph {
  const text =
    found === undefined
      ? t(isNewest ? 'digest.improvement_none' : 'digest.improvement_none_then', { week: format.inline(week.label) })
      : t('digest.improvement_told', {
          title: local(found, 'title', longest.title),
          sentence: local(found, 'sentence', longest.sentence),
        });
  return { title: t('digest.improvement'), text, items: [] };
}

function decisions({ decisions: found, week }: Facts, speech: Speech): Paragraph {
  const { t, count, format } = speech;
  const shown = found.slice(0, most.decisions);
  const rest = found.length - shown.length;
  return {
    title: t('digest.decisions'),
    text: found.length === 0 ? t('digest.decisions_none', { week: format.inline(week.label) }) : '',
    items: [...shown.map((row) => decision(row, speech)), ...(rest > 0 ? [count('digest.decisions_more', rest)] : [])],
  };
}

function decision(row: Decision, { t, local, format }: Speech): string {
  const state =
    row.done_on !== null
      ? t('digest.decision_done', { day: format.fullDay(row.done_on) })
      : row.due_on !== null
        ? t('digest.decision_due', { day: format.fullDay(row.due_on) })
        : '';
  return [local(row, 'title', longest.title), oneLine(row.responsible ?? '', longest.name), state]
    .filter((part) => part !== '')
    .join(' · ');
}

function links(week: string, url: string, { t, language, format }: Speech): Link[] {
  const base = `${url}${language === 'en' ? '' : `/${language}`}`;
  const values = { week: format.inline(week) };
  return [
    { text: t('nav.home'), address: `${base}/` },
    { text: t('digest.link_week', values), address: `${base}/weekly/${week}/` },
    { text: t('digest.link_breaches', values), address: `${base}/breaches/?week=${week}` },
  ];
}

function foot({ about, promises, moved }: Facts, { t, count, format }: Speech): string {
  const agreements = [...new Set(promises.map(({ agreement }) => agreement))].sort();
  return [
    about.as_of === null ? '' : t('digest.as_of', { moment: format.moment(about.as_of), zone: about.time_zone }),
    agreements.length === 0
      ? `${t('site.no_agreement')}.`
      : t('digest.agreement', { agreement: oneLine(agreements.join(', '), longest.title) }),
    moved === 0 ? '' : count('digest.moved', moved),
  ]
    .filter((part) => part !== '')
    .join(' ');
}
