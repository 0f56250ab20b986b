import { isFeasible } from '../../contract/constraints.ts'
import type { Goal } from '../../contract/study-specification.ts'
import type { TrialSnapshot } from '../../contract/trial.ts'
import { hypervolumeGain } from '../../math/pareto/hypervolume.ts'
import { nonDominatedRanks } from '../../math/pareto/non-dominated-sort.ts'
import { covers, type Point } from '../../math/pareto/point.ts'

type Trial = Pick<TrialSnapshot, 'number' | 'state' | 'values' | 'constraints'>

/** Values as points to be minimised; null for trials without a number for every goal. */
function pointOf({ values }: Trial, goals: readonly Goal[]): Float64Array | null {
  const point = Float64Array.from(goals, ({ direction }, index) => {
    const value = values[index] ?? Number.NaN
    return direction === 'minimize' ? value : -value
  })
  return point.some(Number.isNaN) ? null : point
}

/** Complete feasible trials with a number for every goal, by trial number. */
function usable<Kind extends Trial>(
  trials: readonly Kind[],
  goals: readonly Goal[],
): { readonly trial: Kind; readonly point: Float64Array }[] {
  return trials
    .filter(trial => trial.state === 'complete' && isFeasible(trial))
    .flatMap(trial => {
      const point = pointOf(trial, goals)
      return point === null ? [] : [{ trial, point }]
    })
    .sort((a, b) => a.trial.number - b.trial.number)
}

/**
 * The complete feasible trials that no other one dominates, from the best to the worst of the first goal; all
 * of several equal ones.
 */
export function paretoTrials<Kind extends Trial>(
  trials: readonly Kind[],
  goals: readonly Goal[],
): Kind[] {
  const candidates = usable(trials, goals)
  const ranks = nonDominatedRanks(candidates.map(({ point }) => point))
  return candidates
    .filter((_, index) => ranks[index] === 0)
    .sort((a, b) => (a.point[0] as number) - (b.point[0] as number))
    .map(({ trial }) => trial)
}

export interface HypervolumeHistory {
  /** In the units of the goals. */
  readonly reference: readonly number[]
  /** After each trial that made it grow. */
  readonly steps: readonly { readonly number: number; readonly hypervolume: number }[]
  /** Complete feasible trials that are not better than the reference in every goal and count nothing. */
  readonly outside: number
}

/** How far beyond the worst values the reference lies, as a share of their range, if none is given. */
const REFERENCE_MARGIN = 0.1

/**
 * The hypervolume that the trials dominate, trial by trial, up to a reference point.
 * @param reference one finite value per goal; default: the worst finite value of each goal and a tenth of the range of values
 *   beyond, so figures of studies with another default are not comparable
 * @returns null if no trial can be used
 */
export function hypervolumeHistory(
  trials: readonly Trial[],
  goals: readonly Goal[],
  reference?: readonly number[],
): HypervolumeHistory | null {
  const candidates = usable(trials, goals)
  if (candidates.length === 0) return null
  const signs = goals.map(({ direction }) => (direction === 'minimize' ? 1 : -1))
  const limit = reference
    ? signs.map((sign, goal) => sign * (reference[goal] as number))
    : goals.map((_, goal) => beyondWorst(candidates.map(({ point }) => point[goal] as number)))
  const steps: { number: number; hypervolume: number }[] = []
  let front: Point[] = []
  let hypervolume = 0
  let outside = 0
  for (const { trial, point } of candidates) {
    if (!point.every((value, goal) => value < (limit[goal] as number))) {
      outside++
      continue
    }
    const gain = hypervolumeGain(point, front, limit)
    if (gain === 0) continue
    front = [...front.filter(other => !covers(point, other)), point]
    hypervolume += gain
    steps.push({ number: trial.number, hypervolume })
  }
  return {
    reference: limit.map((value, goal) => (signs[goal] as number) * value + 0),
    steps,
    outside,
  }
}

function beyondWorst(values: readonly number[]): number {
  const finite = values.filter(Number.isFinite)
  if (finite.length === 0) return 0
  const worst = Math.max(...finite)
  const range = worst - Math.min(...finite)
  return worst + (range > 0 ? REFERENCE_MARGIN * range : 1)
}
