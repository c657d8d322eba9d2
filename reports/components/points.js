/** What a point of a chart says when it is pointed at or read aloud. */
export function describePoint(row, t, format) {
  const basis = row.unit === 'percent' ? format.basis(row) : t('figure.n', { n: format.basis(row) });
  const values = { period: format.period(row.label, true), figure: format.figure(row), n: basis };
  if (row.target === null) return t('chart.point', values);
  const goal = row.target_source === 'metric' && (row.status === 'kept' || row.status === 'missed') ? 'goal_' : '';
  return t('chart.point_target', { ...values, target: format.target(row), status: t(`status.${goal}${row.status ?? 'none'}`) });
}

/** How a point is drawn: hollow while it can still change, then by its verdict. */
export function pointKind(row) {
  if (!row.is_complete || row.is_mature === false || row.status === 'open') return 'open';
  return row.status === 'kept' || row.status === 'missed' ? row.status : 'none';
}

/** A vertical scale that holds all values and targets, with a few round ticks. */
export function scale(rows, column, bottom, top) {
  const values = rows.flatMap((row) => [row[column], row.target]).filter((value) => value !== null && value !== undefined);
  const unit = rows[0]?.unit;
  let low = values.length === 0 ? 0 : Math.min(...values);
  let high = values.length === 0 ? 1 : Math.max(...values);
  const room = (high - low || Math.abs(high) || 1) * 0.12;
  low = low < 0 ? low - room : Math.max(0, low - room);
  high = unit === 'percent' ? Math.min(Math.max(1, high), high + room) : high + room;
  // A single tick tells nothing of the distances.
  const nice = niceStep((high - low) / 3.5);
  const ticks = ticksBetween(low, high, nice).length > 1 ? ticksBetween(low, high, nice) : ticksBetween(low, high, nice / 2);
  return { low, high, ticks, y: (value) => bottom - ((value - low) / (high - low || 1)) * (bottom - top) };
}

function ticksBetween(low, high, step) {
  const ticks = [];
  for (let tick = Math.ceil(low / step) * step; tick <= high + step * 1e-9; tick += step) ticks.push(Number(tick.toPrecision(12)));
  return ticks;
}

function niceStep(raw) {
  const power = 10 ** Math.floor(Math.log10(raw || 1));
  return [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((step) => step >= raw) ?? raw;
}
