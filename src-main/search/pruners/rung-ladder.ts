/**
 * Steps of the rungs r_k = firstStep·factor^k below `endStep`, from the lowest on.
 * @param firstStep at least 1
 * @param factor η ≥ 2
 */
export function rungLadder(firstStep: number, factor: number, endStep: number): number[] {
  const steps: number[] = []
  for (let step = firstStep; step < endStep; step *= factor) steps.push(step)
  return steps
}
