import type { Language } from '../agreement/document-words.ts';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const english = {
  date: (weekday: string, day: number, month: number, year: string) =>
    `${weekday} ${day} ${months[month - 1] ?? ''} ${year}`,
  clock: (parts: readonly string[]) => parts.join(':'),
  at: (date: string, time: string) => `${date}, ${time}`,
  minute: ['minute', 'minutes'],
  businessMinute: ['business minute', 'business minutes'],
  businessHour: ['business hour', 'business hours'],
  day: ['day', 'days'],
  moment: 'a moment',

  // What came of it, in one sentence.
  atOnce: (promised: string) => `Promise kept: answered at once; an answer within ${promised} was promised.`,
  met: (after: string, promised: string) =>
    `Promise kept: answered in time, after ${after}; an answer within ${promised} was promised.`,
  late: (after: string, promised: string, over: string) =>
    `Breach: answered late, after ${after}; an answer within ${promised} was promised. That is ${over} too late.`,
  overdue: (due: string, promised: string) =>
    `Breach: unanswered, and overdue since ${due}; an answer within ${promised} was promised.`,
  overdueClosed: (reason: string, due: string) =>
    `Breach: closed without an answer, which was due ${due}; ${reason} does not release from it.`,
  noReason: 'a close without a reason',
  sentBack: 'being sent back',
  pending: (due: string) => `Open: not answered yet; the answer is due ${due}.`,
  standing: (because: string) => `Open: not answered yet, and nothing falls due: ${because}.`,
  released: (reason: string) =>
    `Released: the lead was closed before the answer was due (${reason}), and nobody owes one.`,
  selfBooked: 'Self-booked: the lead booked a meeting itself; that is counted beside the rate.',
  noMql: 'No promise: the lead did not become an MQL in this cycle.',
  noAgreement: 'No promise: no agreement was in force when the lead became an MQL.',
  noTier: 'No promise: the agreement promises an answer to other leads only.',
  excluded: 'No promise: the agreement excludes leads like this one.',

  // What else is to be known of it.
  via: (lead: string) => `The answer went to ${lead}, another contact of the same account.`,
  loggedLate: 'The answer was recorded long after it took place.',
  variants: {
    normal: undefined,
    reduced: 'The lead came in a period of reduced staffing, for which another time is promised.',
    surge:
      'More leads came to the team that day than it has capacity for; for those beyond it another time is promised.',
  },

  // The heading.
  lead: (lead: string, cycle: number, count: number) =>
    `Lead ${lead}${count === 1 ? '' : `, cycle ${cycle} of ${count}`}`,
  team: 'Team',
  owner: 'Owner',
  source: 'Source',
  clause: 'Clause',
  agreement: 'Agreement',
  promised: 'Promised',
  none: 'none',
  inForce: (agreement: string, from: string) => `${agreement}, in force from ${from}`,
  tier: (clause: string, tier: string) => `${clause}, tier ${tier}`,
  answerWithin: (time: string, calendar: string) => `an answer within ${time} (calendar ${calendar})`,
  timeline: (zone: string) => `Timeline, local time of ${zone}`,

  // Instants of the timeline.
  mql: 'MQL',
  assigned: (owner: string) => `assigned to ${owner}`,
  held: (owner: string, since: string) => `with ${owner} since ${since}`,
  starts: 'the clock starts',
  startsAnew: 'the clock starts anew',
  answered: (channel: string) => `answered${channel === '' ? '' : ` (${channel})`}`,
  due: 'due',
  now: 'now: the data end here',
  closed: (outcome: string, reason: string) => `closed: ${outcome}${reason === '' ? '' : ` (${reason})`}`,
  outcomes: { won: 'won', lost: 'lost', disqualified: 'disqualified', recycled: 'recycled' },

  // Its intervals.
  counts: (minutes: string, total: string) => `counts ${minutes}, ${total} in all`,
  countsNot: (reason: string) => `does not count: ${reason}`,
  holiday: (name: string) => `holiday${name === '' ? '' : ` (${name})`}`,
  reasons: {
    counted: '',
    closed: 'closed',
    lunch: 'lunch break',
    holiday: 'holiday',
    paused: 'the lead asked to wait',
    before_assignment: 'not assigned yet',
    before_restart: 'before the clock started anew',
    after_answer: 'already answered',
    after_close: 'the lead is closed',
  },
  folded: (days: string, minutes: string, total: string) =>
    `${days} more: ${minutes} count, ${total} in all (--all shows each)`,
  foldedClosed: (reasons: string) => `, closed for ${reasons}`,
  onward: (from: string) => `from ${from}`,
  neverOpens: 'its calendar never opens',

  // What else was promised.
  owners: 'Who held it',
  heldFor: (owner: string, time: string) => `${owner} ${time}`,
  charged: 'answers for it',
  followUp: 'Follow-up',
  effort: (attempts: string, channels: string, ends: string) => `${attempts} over ${channels}; the period ends ${ends}`,
  followUps: { met: 'done', short: 'short', released: 'released', in_progress: 'in progress' },
  attempt: ['attempt', 'attempts'],
  channel: ['channel', 'channels'],
  never: 'never',
  acceptance: 'Acceptance',
  decided: (decision: string, at: string, due: string) => `${decision} ${at}, due ${due}`,
  undecided: (due: string) => `due ${due}`,
  decisions: { accepted: 'accepted', rejected: 'rejected', recycled: 'sent back' },
  acceptances: { met: 'in time', late: 'late', overdue: 'overdue', pending: 'not decided yet' },
  meeting: 'Meeting',
  noTime: 'without a time',
  meetings: {
    held: 'held',
    no_show: 'no-show',
    cancelled: 'cancelled',
    upcoming: 'upcoming',
    unknown: 'outcome unknown',
  },
  reports: {
    met: 'the outcome was reported in time',
    late: 'the outcome was reported late',
    overdue: 'nobody reported the outcome',
    pending: 'the outcome is not reported yet',
  },
  reported: (report: string, due: string) => `${report}, due ${due}`,
};

export type Phrases = typeof english;

const danishMonths = ['jan.', 'feb.', 'mar.', 'apr.', 'maj', 'juni', 'juli', 'aug.', 'sep.', 'okt.', 'nov.', 'dec.'];
const danishDays: Readonly<Record<string, string>> = {
  Mon: 'man.',
  Tue: 'tirs.',
  Wed: 'ons.',
  Thu: 'tors.',
  Fri: 'fre.',
  Sat: 'lør.',
  Sun: 'søn.',
};

const danish: Phrases = {
  date: (weekday, day, month, year) => `${danishDays[weekday] ?? ''} ${day}. ${danishMonths[month - 1] ?? ''} ${year}`,
  clock: (parts) => parts.join('.'),
  at: (date, time) => `${date} kl. ${time}`,
  minute: ['minut', 'minutter'],
  businessMinute: ['arbejdsminut', 'arbejdsminutter'],
  businessHour: ['arbejdstime', 'arbejdstimer'],
  day: ['dag', 'dage'],
  moment: 'et øjeblik',

  atOnce: (promised) => `Løftet er holdt: besvaret med det samme; lovet var svar inden for ${promised}.`,
  met: (after, promised) =>
    `Løftet er holdt: besvaret til tiden, efter ${after}; lovet var svar inden for ${promised}.`,
  late: (after, promised, over) =>
    `Brud: besvaret for sent, efter ${after}; lovet var svar inden for ${promised}. Det er ${over} for sent.`,
  overdue: (due, promised) => `Brud: ubesvaret, frist overskredet siden ${due}; lovet var svar inden for ${promised}.`,
  overdueClosed: (reason, due) => `Brud: lukket uden svar, fristen var ${due}; ${reason} fritager ikke for at svare.`,
  noReason: 'en lukning uden årsag',
  sentBack: 'at det blev sendt tilbage',
  pending: (due) => `Afventer, inden for frist: ikke besvaret endnu; fristen er ${due}.`,
  standing: (because) => `Afventer: ikke besvaret endnu, og der er ingen frist: ${because}.`,
  released: (reason) => `Bortfaldet: leadet blev lukket inden fristen (${reason}), og ingen skylder et svar.`,
  selfBooked: 'Selvbooket: leadet bookede selv et møde; det vises ved siden af raten.',
  noMql: 'Intet løfte: leadet blev ikke MQL i dette forløb.',
  noAgreement: 'Intet løfte: ingen aftale var i kraft, da leadet blev MQL.',
  noTier: 'Intet løfte: aftalen lover kun andre leads et svar.',
  excluded: 'Intet løfte: aftalen undtager leads som dette.',

  via: (lead) => `Svaret gik til ${lead}, en anden kontakt i samme virksomhed.`,
  loggedLate: 'Svaret er registreret længe efter, at det fandt sted.',
  variants: {
    normal: undefined,
    reduced: 'Leadet kom i en periode med nedsat bemanding, hvor der er lovet en anden svartid.',
    surge:
      'Teamet fik flere leads den dag, end det har kapacitet til; for dem derudover er der lovet en anden svartid.',
  },

  lead: (lead, cycle, count) => `Lead ${lead}${count === 1 ? '' : `, forløb ${cycle} af ${count}`}`,
  team: 'Team',
  owner: 'Leadansvarlig',
  source: 'Kilde',
  clause: 'Punkt',
  agreement: 'SLA-aftale',
  promised: 'Lovet',
  none: 'ingen',
  inForce: (agreement, from) => `${agreement}, gælder fra ${from}`,
  tier: (clause, tier) => `${clause}, gruppe ${tier}`,
  answerWithin: (time, calendar) => `svar inden for ${time} (kalender ${calendar})`,
  timeline: (zone) => `Tidslinje, lokal tid i ${zone}`,

  mql: 'MQL',
  assigned: (owner) => `tildelt ${owner}`,
  held: (owner, since) => `hos ${owner} siden ${since}`,
  starts: 'uret går i gang',
  startsAnew: 'uret begynder forfra',
  answered: (channel) => `besvaret${channel === '' ? '' : ` (${channel})`}`,
  due: 'frist',
  now: 'nu: hertil rækker data',
  closed: (outcome, reason) => `lukket: ${outcome}${reason === '' ? '' : ` (${reason})`}`,
  outcomes: { won: 'vundet', lost: 'tabt', disqualified: 'diskvalificeret', recycled: 'sendt tilbage' },

  counts: (minutes, total) => `tæller ${minutes}, i alt ${total}`,
  countsNot: (reason) => `tæller ikke: ${reason}`,
  holiday: (name) => `helligdag${name === '' ? '' : ` (${name})`}`,
  reasons: {
    counted: '',
    closed: 'lukket',
    lunch: 'frokostpause',
    holiday: 'helligdag',
    paused: 'leadet har bedt om at vente',
    before_assignment: 'ikke tildelt endnu',
    before_restart: 'før uret begyndte forfra',
    after_answer: 'allerede besvaret',
    after_close: 'leadet er lukket',
  },
  folded: (days, minutes, total) => `${days} mere: ${minutes} tæller, i alt ${total} (--all viser dem enkeltvis)`,
  foldedClosed: (reasons) => `, lukket for ${reasons}`,
  onward: (from) => `fra ${from}`,
  neverOpens: 'dets kalender åbner aldrig',

  owners: 'Hos hvem',
  heldFor: (owner, time) => `${owner} ${time}`,
  charged: 'hæfter',
  followUp: 'Opfølgning',
  effort: (attempts, channels, ends) => `${attempts} via ${channels}; perioden slutter ${ends}`,
  followUps: { met: 'gennemført', short: 'mangelfuld', released: 'bortfaldet', in_progress: 'i gang' },
  attempt: ['forsøg', 'forsøg'],
  channel: ['kanal', 'kanaler'],
  never: 'aldrig',
  acceptance: 'Accept',
  decided: (decision, at, due) => `${decision} ${at}, frist ${due}`,
  undecided: (due) => `frist ${due}`,
  decisions: { accepted: 'accepteret', rejected: 'afvist', recycled: 'sendt tilbage' },
  acceptances: {
    met: 'til tiden',
    late: 'for sent',
    overdue: 'frist overskredet',
    pending: 'ikke afgjort endnu',
  },
  meeting: 'Møde',
  noTime: 'uden tidspunkt',
  meetings: {
    held: 'afholdt',
    no_show: 'no-show',
    cancelled: 'aflyst',
    upcoming: 'kommende',
    unknown: 'udfald mangler',
  },
  reports: {
    met: 'udfaldet er registreret til tiden',
    late: 'udfaldet er registreret for sent',
    overdue: 'udfaldet burde være registreret',
    pending: 'udfaldet er ikke registreret endnu',
  },
  reported: (report, due) => `${report}, frist ${due}`,
};

/** What the explanation of a lead says, in each language. */
export const phrases: Readonly<Record<Language, Phrases>> = { en: english, da: danish };
