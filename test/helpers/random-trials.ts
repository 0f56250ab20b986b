import type { SpaceSpecification } from '../../src-main/core/study/space-specification.ts'
import type { TrialSnapshot } from '../../src-main/core/trial/trial.ts'
import { deepFreeze } from './deep-freeze.ts'
import { askSampler, createSamplerOf } from './propose-trials.ts'

type Assignment = TrialSnapshot['parameters']

const made = new Map<string, readonly Assignment[]>()

/**
 * Complete trials at random points, frozen; the points are the same for everybody who asks for as many: thousands of them
 * take longer to draw than most samplers take to read them.
 */
export function randomTrials(
  space: SpaceSpecification,
  count: number,
  valuesOf: (number: number) => readonly number[],
): readonly TrialSnapshot[] {
  return deepFreeze(
    randomPoints(space, count).map((parameters, number): TrialSnapshot => {
      const values = valuesOf(number)
      const reports = [{ step: 1, value: values[0] as number }]
      return { number, state: 'complete', parameters, values, reports }
    }),
  )
}

function randomPoints(space: SpaceSpecification, count: number): readonly Assignment[] {
  const key = JSON.stringify([space, count])
  const cached = made.get(key)
  if (cached !== undefined) return cached
  const plan = { sampler: 'random', space, trials: count, seed: 8 }
  const random = createSamplerOf(plan)
  const points = Array.from({ length: count }, (_, number): Assignment => {
    const answer = askSampler(random, plan, [], number)
    if ('exhausted' in answer) throw new Error('random search never ends')
    return answer.parameters
  })
  made.set(key, points)
  return points
}
