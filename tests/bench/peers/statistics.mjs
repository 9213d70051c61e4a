// Medians, ratios round by round, and how they are printed. A ratio is only ever made of two speeds of the same round.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export const summary = (values) => ({ median: median(values), minimum: Math.min(...values), maximum: Math.max(...values) });

/** Of `ours` over `peer`; both are lists of speeds, one a round. */
export const ratio = (ours, peer) => summary(ours.map((speed, round) => speed / peer[round]));

/** Three digits, none behind the point from 100 on. */
export const digits = (value) => (value >= 100 ? Math.round(value).toLocaleString('en-GB') : value.toPrecision(3));

export const spread = ({ median: middle, minimum, maximum }, sign = '') =>
  `${digits(middle)}${sign} (${digits(minimum)}-${digits(maximum)})`;

/** Lines of columns as wide as their widest word; the first column to the left, the others to the right. */
export function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => row.map((word, column) => (column === 0 ? word.padEnd(widths[0]) : word.padStart(widths[column]))).join('  ')).join('\n');
}
