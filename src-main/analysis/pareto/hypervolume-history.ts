import { type RankedTrial, signOf } from '../../core/trial/ranking.ts'
import type { Goal } from '../../core/study/study-specification.ts'
import { hypervolumeGain } from '../../math/pareto/hypervolume.ts'
import { pointsOf } from '../../math/pareto/pareto-trials.ts'
import { covers, type Point } from '../../math/pareto/point.ts'

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
  trials: readonly RankedTrial[],
  goals: readonly Goal[],
  reference?: readonly number[],
): HypervolumeHistory | null {
  const candidates = pointsOf(trials, goals)
  if (candidates.length === 0) return null
  const signs = goals.map(({ direction }) => signOf(direction))
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
