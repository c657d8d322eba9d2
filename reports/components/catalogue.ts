import agreement from './messages/agreement.json' with { type: 'json' };
import breaches from './messages/breaches.json' with { type: 'json' };
import cohorts from './messages/cohorts.json' with { type: 'json' };
import digest from './messages/digest.json' with { type: 'json' };
import figures from './messages/figures.json' with { type: 'json' };
import funnel from './messages/funnel.json' with { type: 'json' };
import health from './messages/health.json' with { type: 'json' };
import home from './messages/home.json' with { type: 'json' };
import metrics from './messages/metrics.json' with { type: 'json' };
import monthly from './messages/monthly.json' with { type: 'json' };
import quarterly from './messages/quarterly.json' with { type: 'json' };
import site from './messages/site.json' with { type: 'json' };
import teams from './messages/teams.json' with { type: 'json' };
import weekly from './messages/weekly.json' with { type: 'json' };

/** The languages that every message has. English is the one without a prefix in addresses. */
export const languages = ['en', 'da'] as const;
export type Language = (typeof languages)[number];
export const locales: Readonly<Record<Language, string>> = { en: 'en-GB', da: 'da-DK' };

/** Everything that the site and the digest say; each message in all languages, side by side, one file per part of the site. */
export const messages: Readonly<Record<string, Readonly<Partial<Record<Language, string>>>>> = {
  ...site,
  ...figures,
  ...home,
  ...weekly,
  ...monthly,
  ...quarterly,
  ...funnel,
  ...cohorts,
  ...breaches,
  ...teams,
  ...metrics,
  ...agreement,
  ...health,
  ...digest,
};

export type Values = Readonly<Record<string, string | number>>;
/** From a message's name and the values of its slots to the sentence. */
export type Translate = (name: string, values?: Values) => string;

/** @throws Error for a name that there is not in this language: the build of the site stops there. */
export function translate(language: Language): Translate {
  return (name, values = {}) => {
    const message = messages[name]?.[language];
    if (message === undefined) throw new Error(`there is no message "${name}" in ${language}`);
    return message.replace(/\{(\w+)\}/g, (_, slot: string) => String(values[slot] ?? ''));
  };
}

/** From the name of a message about a number of things, `name.one` or `name.many`, to the sentence; it fills `{count}`. */
export type Count = (name: string, count: number, values?: Values) => string;

export function counting(language: Language): Count {
  const t = translate(language);
  const number = new Intl.NumberFormat(locales[language]);
  return (name, count, values = {}) =>
    t(`${name}.${count === 1 ? 'one' : 'many'}`, { count: number.format(count), ...values });
}

/**
 * A column of the data that comes once per language, `<column>_en` and `<column>_da`; English where the other is empty.
 * Percentages in it are written as the site's own are: `90%`, in Danish `90 %` on one line.
 */
export function inLanguage(language: Language) {
  const sign = language === 'en' ? '%' : '\u00a0%';
  return (row: Readonly<Record<string, unknown>> | undefined, column: string): string =>
    String(row?.[`${column}_${language}`] || row?.[`${column}_en`] || '').replaceAll(/(?<=\d)[ \u00a0]%/g, sign);
}
