const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** What the explanation of a lead says in English. */
export const english = {
  date: (weekday: string, day: number, month: number, year: string) =>
    `${weekday} ${day} ${months[month - 1] ?? ''} ${year}`,
  clock: (parts: readonly string[]) => parts.join(':'),
  at: (date: string, time: string) => `${date}, ${time}`,
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
  noResponsePromise: 'No promise: the agreement promises no answer within a time.',
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
  surge: (arrival: number) =>
    `It was MQL number ${arrival} of the team that day; beyond its capacity another time is promised.`,
  closedTooLate: (reason: string) => `It was closed as ${reason}, but only after the answer was due.`,
  /** Exit reasons that do not read well as they are written. */
  exitReasons: {},
  merged: (from: string, into: string) => `${from} was merged into ${into}; this is what became of ${into}.`,

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
  bookedItself: 'booked a meeting itself',
  answered: (channel: string) => `answered${channel === '' ? '' : ` (${channel})`}`,
  due: 'due',
  now: 'now: the data end here',
  asksToWait: 'asked to wait',
  hadAsked: 'had asked to wait',
  isBack: 'back',
  answerEndsPause: 'the answer ended the pause',
  outreach: (channel: string, because: string) =>
    `outreach${channel === '' ? '' : ` (${channel})`}, does not count: ${because}`,
  bookedInVain: 'booked a meeting itself, does not count: the agreement takes that for no response',
  ignored: {
    automated: 'it was automated',
    channel: 'this channel is no response',
    late: 'it was logged too late',
    either: 'this channel is no response, or it was logged too late',
  },
  closed: (outcome: string, reason: string) => `closed: ${outcome}${reason === '' ? '' : ` (${reason})`}`,
  outcomes: { won: 'won', lost: 'lost', disqualified: 'disqualified', recycled: 'recycled' },

  // Its intervals.
  counts: (time: string, total: string) => `counts ${time}, ${total} in all`,
  willCount: (time: string, total: string) => `will count ${time}, ${total} in all`,
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
  folded: (days: string, time: string, total: string, isAhead: boolean) =>
    `${days} more: ${time} ${isAhead ? 'will count' : 'count'}, ${total} in all (--all shows each)`,
  foldedClosed: (reasons: string) => `, closed for ${reasons}`,
  onward: (from: string) => `from ${from}`,
  neverOpens: 'its calendar never opens',

  // What else was promised.
  owners: 'Who held it',
  heldFor: (owner: string, time: string) => `${owner} ${time}`,
  charged: 'answers for it',
  followUp: 'Follow-up',
  effort: (attempts: string, channels: string) => `${attempts} over ${channels}`,
  effortPromised: (attempts: string, channels: string) => `promised ${attempts} over ${channels}`,
  effortEnds: (ends: string) => `the period ends ${ends}`,
  fruits: {
    reply: 'the lead replied',
    self_booking: 'the lead booked a meeting',
    booking: 'a meeting was booked',
    sal: 'sales accepted the lead',
  },
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
  cause: 'Cause',
  action: 'Action',
  responsible: 'Responsible',
  reported: (report: string, due: string) => `${report}, due ${due}`,
};
