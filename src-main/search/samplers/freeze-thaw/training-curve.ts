/** One training as the model sees it: its point, and what it has reported over all its increments. */
export interface TrainingCurve {
  /** Coordinates as the encoding of the space gives them, numeric ones first. */
  readonly point: Float64Array
  /** Rising. */
  readonly steps: readonly number[]
  /** One per step, small is good; +∞ for NaN. */
  readonly losses: readonly number[]
}

/** The last step that a training has reached; 0 before any. */
export function lastStepOf({ steps }: Pick<TrainingCurve, 'steps'>): number {
  return steps.at(-1) ?? 0
}

/** The steps at which increments end: `first`, then each `growth` times the one before, at least one step more, at last `whole`. */
export function incrementEnds(first: number, growth: number, whole: number): number[] {
  const ends: number[] = []
  for (let end = first; end < whole; end = Math.max(end + 1, Math.round(end * growth))) {
    ends.push(end)
  }
  return [...ends, whole]
}

/** Whether a training has steps to go, and something to go on with. */
export function canResume(curve: TrainingCurve, wholeSteps: number): boolean {
  return lastStepOf(curve) < wholeSteps && Number.isFinite(curve.losses.at(-1))
}
