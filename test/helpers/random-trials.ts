import type { SpaceSpecification } from '../../src-main/contract/space-specification.ts'
import type { TrialSnapshot } from '../../src-main/contract/trial.ts'
import { deepFreeze } from './deep-freeze.ts'
import { askSampler, createSamplerOf } from './propose-trials.ts'

const made = new Map<string, readonly TrialSnapshot[]>()

/**
 * Complete trials at random points, frozen and the same for everybody who asks for as many: thousands of them take
 * longer to make than most samplers take to read them.
 */
export function randomTrials(
  space: SpaceSpecification,
  count: number,
  values: (number: number) => readonly number[],
): readonly TrialSnapshot[] {
  const key = JSON.stringify([space, count, values(0), values(1)])
  const known = made.get(key)
  if (known !== undefined) return known
  const plan = { sampler: 'random', space, trials: count, seed: 8 }
  const random = createSamplerOf(plan)
  const trials = Array.from({ length: count }, (_, number): TrialSnapshot => {
    const answer = askSampler(random, plan, [], number)
    if ('exhausted' in answer) throw new Error('random search never ends')
    const reports = [{ step: 1, value: values(number)[0] as number }]
    const { parameters } = answer
    return { number, state: 'complete', parameters, values: values(number), reports }
  })
  made.set(key, deepFreeze(trials))
  return trials
}
