import { signOf } from '../../core/trial/ranking.ts'
import type { Attainment } from '../../core/questions/comparison.ts'
import type { Goal } from '../../core/study/study-specification.ts'
import { attainmentSurface, type GoalPair } from '../pareto/attainment.ts'
import { paretoTrials } from '../../math/pareto/pareto-trials.ts'
import type { Run } from './compare-runs.ts'

const shares = [0.5, 0.25, 0.75]

/**
 * Attainment surfaces of groups of runs.
 * @param goals of every study; null where there are not the same two of them
 */
export function compareAttainment(
  groups: readonly { readonly name: string; readonly runs: readonly Run[] }[],
  goals: readonly (readonly Goal[])[],
): Attainment | null {
  const [first, second, third] = goals[0] ?? []
  const texts = new Set(goals.map(list => JSON.stringify(list)))
  if (first === undefined || second === undefined || third !== undefined || texts.size > 1)
    return null
  const signs = [first, second].map(({ direction }) => signOf(direction))
  const turn = ([x, y]: GoalPair): GoalPair => [(signs[0] ?? 1) * x, (signs[1] ?? 1) * y]
  return {
    goals: [first, second],
    groups: groups.map(({ name, runs }) => {
      const fronts = runs.map(run =>
        paretoTrials(run, [first, second]).map(({ values }) =>
          turn([values[0] ?? Number.NaN, values[1] ?? Number.NaN]),
        ),
      )
      // With fewer runs the three surfaces are one or two.
      const drawn = runs.length < 3 ? [0.5] : shares
      const surfaces = drawn.map(share => ({
        share,
        corners: attainmentSurface(fronts, share).map(turn),
      }))
      return { name, surfaces }
    }),
  }
}
