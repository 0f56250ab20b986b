/**
 * Whether values of a metric are shares of rows, 0…1, as its name says: accuracy, precision, recall, F1, areas. Differences of shares are in
 * points: a rise from 0.31 to 0.79 is 48 points.
 */
export function areShares(metric: string, ...values: readonly number[]): boolean {
  const inRange = values.every(value => value >= 0 && value <= 1)
  return inRange && /accuracy|precision|recall|(?:^|[a-z_])(?:f1|auc)|^(?:f1|auc)/i.test(metric)
}

/** A difference of shares in points, with one digit where it is small: `48`, `−0.4`. */
export function pointsText(difference: number): string {
  const points = 100 * difference
  const text =
    Math.abs(points) < 10 ? String(Math.round(10 * points) / 10) : String(Math.round(points))
  return text.replace('-', '−')
}
