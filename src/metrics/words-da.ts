import type { Phrases } from './words-en.ts';

/** The same in Danish, with the words that the trade uses. */
export const danish: Phrases = {
  locale: 'da-DK',
  and: 'og',
  rows: (model, conditions) => `rækker i ${model}${conditions && `, hvor ${conditions}`}`,
  rowsWithValue: (model, conditions) => `rækker i ${model}, der har en værdi${conditions && `, og hvor ${conditions}`}`,

  count: (rows) => `antallet af ${rows}`,
  distinct: (key, isOne, rows) =>
    `antallet af forskellige ${isOne ? 'værdier' : 'kombinationer'} af ${key} blandt de ${rows}; en række, hvor ${isOne ? 'værdien' : 'en af dem'} mangler, tæller ikke`,
  sum: (value, rows) => `summen af ${value} over de ${rows}; en række uden værdi lægger intet til`,
  average: (value, rows) => `gennemsnittet af ${value} over de ${rows}`,
  ratio: (rows, hit) => `af de ${rows}: andelen, hvor ${hit}`,
  percentile: (name, value, rows, share) =>
    `${name} af ${value} over de ${rows}: ${share} af dem ligger på eller under den`,
  half: 'halvdelen',
  median: 'medianen',
  percentileNamed: (hundredths) => `${hundredths} %-fraktilen`,
  meanName: 'gennemsnittet',
  missingLongest: 'en række uden værdi regnes som længst; ligger tallet blandt dem, vises det som “over x”',

  duration: (statistic, start, stop, rows, unit) =>
    `${statistic} af tiden fra ${start} til ${stop} over de ${rows}, i ${unit}`,
  durationUnit: { minutes: 'minutter', hours: 'timer', days: 'dage på 24 timer' },
  firstEvent: (rows, by, time) => `den første ${time} på eller efter det tidspunkt blandt de ${rows}, med samme ${by},`,
  openCalendar: (calendar) => `kun tid, hvor aftalens kalender ${calendar} har åbent, tæller`,
  openColumn: (column) => `kun tid, hvor den kalender, som ${column} nævner, har åbent, tæller`,
  unfinishedLongest:
    'det, der ikke er sluttet endnu, regnes som længst; ligger tallet blandt det, vises det som “over x”',
  unfinishedOut: 'det, der ikke er sluttet endnu, er holdt udenfor',

  conversion: (rows, to, when) => `af de ${rows}: andelen med ${to} ${when}`,
  conversionEntities: (key, rows, to, when) => `af de forskellige ${key} blandt de ${rows}: andelen med ${to} ${when}`,
  conversionsShare: (rows, to, when) => `i gennemsnit for hver af de ${rows}: hvor mange ${to} der er ${when}`,
  toColumn: (column, conditions) => `en ${column}${conditions && `, hvor ${conditions},`}`,
  toColumns: (column, conditions) => `${column}${conditions && `, hvor ${conditions},`}`,
  toEvent: (time, rows, by) => `en ${time} blandt de ${rows}, med samme ${by},`,
  toEvents: (time, rows, by) => `${time} blandt de ${rows}, med samme ${by}`,
  withinHours: (from, days, isOne) =>
    `ved ${from} eller inden for ${days} ${isOne ? 'døgn' : 'døgn à 24 timer'} derefter`,
  sameDate: (from) => `ved eller efter ${from} samme lokale dato`,
  withinDates: (from, more, isOne) =>
    `ved eller efter ${from}, samme lokale dato eller ${isOne ? 'datoen' : `en af de ${more} datoer`} derefter`,
  toDate: (from) => `ved eller efter ${from}, uanset hvornår`,
  attribution: {
    every: 'en hændelse tæller for hver række, hvis vindue den ligger i',
    first: 'en hændelse tæller én gang: for den første række, hvis vindue den ligger i',
    latest: 'en hændelse tæller én gang: for den seneste række, hvis vindue den ligger i',
  },
  immature: 'indtil vinduet for periodens sidste række er slut, kan tallet stadig stige',

  rolling: (metric, periods) => `${metric} over ${periods} perioder: hver periode sammen med dem før den`,
  rollingOne: (metric) => `${metric} for perioden alene`,
  quarterToDate: (metric) => `${metric} fra kvartalets begyndelse til periodens slutning`,
  yearToDate: (metric) => `${metric} fra regnskabsårets begyndelse til periodens slutning`,
  ever: (metric) => `${metric} fra den første række til periodens slutning`,
  derived: (expression, inputs) => `${expression}, regnet ud af ${inputs} i samme periode`,
  derivedNone: (isOne) =>
    `mangler ${isOne ? 'det' : 'en af dem'} en værdi, eller er resultatet ikke et endeligt tal, er der ingen værdi`,
  ratioOfMetrics: (above, below) => `værdien af ${above} divideret med værdien af ${below} i samme periode`,
  ratioNone: 'mangler en af dem en værdi, eller er den anden nul, er der ingen værdi',

  dated: (time) => `en række hører til den periode, som dens ${time} ligger i`,
  pending: (condition) => `rækker, hvor ${condition}, kan stadig ændre det`,
  beside: (condition) => `rækker, hvor ${condition}, vises ved siden af og indgår ikke`,
  sample: (rows) => `med færre end ${rows} rækker bedømmes udviklingen ikke`,
  goal: (target) => `dets eget mål er ${target}; et løfte i aftalen går forud`,
  atLeast: (target) => `mindst ${target}`,
  atMost: (target) => `højst ${target}`,
  units: { percent: ' %', count: '', minutes: ' minutter', hours: ' timer', days: ' dage', number: '', amount: '' },
};
