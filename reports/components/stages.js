const ladder = ['subscriber', 'lead', 'mql', 'sal', 'sql', 'meeting', 'proposal', 'won'];

/** Steps in the order in which a lead climbs them. */
export function byLadder(rows) {
  const place = (row) => ladder.indexOf(row.from_stage) * ladder.length + ladder.indexOf(row.to_stage);
  return [...rows].sort((one, other) => place(one) - place(other) || (one.window_days ?? 1e9) - (other.window_days ?? 1e9));
}

/** The steps that the rows are about, in the same order, each once. */
export function steps(rows) {
  return [...new Map(byLadder(Array.from(rows ?? [])).map((row) => [`${row.from_stage}-${row.to_stage}`, row])).values()];
}
