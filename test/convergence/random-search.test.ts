import { describe, expect, it } from 'vitest'
import type { Assignment } from '../../src-main/core/trial/trial.ts'
import { testFunctions } from '../../src-main/math/test-functions/test-functions.ts'
import { defaultFunctionSpace } from '../../src-main/training/objectives/function-objective.ts'
import { functionSettingsSchema } from '../../src-main/training/objectives/function-settings.ts'
import { askSampler, createSamplerOf } from '../helpers/propose-trials.ts'

const SEEDS = 60

/** Best value minus the known minimum after `trials` trials, for each seed, from low to high. */
function regrets(name: string, trials: number): number[] {
  const settings = functionSettingsSchema.parse({ function: name })
  const testFunction = testFunctions[name]
  if (testFunction === undefined) throw new Error(`no function ${name}`)
  const dimension = testFunction.dimension
  return Array.from({ length: SEEDS }, (_, seed) => {
    const plan = { sampler: 'random', space: defaultFunctionSpace(settings), seed, trials }
    const sampler = createSamplerOf(plan)
    let best = Number.POSITIVE_INFINITY
    for (let number = 0; number < trials; number++) {
      const answer = askSampler(sampler, plan, [], number)
      if ('exhausted' in answer) throw new Error('random search never ends')
      const { parameters }: { parameters: Assignment } = answer
      const point = Array.from({ length: dimension }, (_unused, i) => Number(parameters[`x${i}`]))
      best = Math.min(best, testFunction.evaluate(point))
    }
    return best - testFunction.minimum(dimension)
  }).sort((a, b) => a - b)
}

describe('random search', () => {
  // Medians of independent random search elsewhere: 0.75, 0.38 and 0.12. A median of 60 seeds lies
  // within a factor of 2.5 of the true one with far more than 99 % probability.
  it.each([
    [50, 0.75],
    [100, 0.38],
    [200, 0.12],
  ])('has its usual regret on branin after %i trials', (trials, expected) => {
    const sorted = regrets('branin', trials)
    const median = sorted[SEEDS / 2] as number
    expect(median).toBeGreaterThan(expected / 2.5)
    expect(median).toBeLessThan(expected * 2.5)
  })

  it('comes within 1 of the minimum of branin in at least 55 of 60 seeds after 200 trials', () => {
    const reached = regrets('branin', 200).filter(regret => regret < 1)
    expect(reached.length).toBeGreaterThanOrEqual(55)
  })

  it('comes within 1.6 of the minimum of Hartmann 6 in at least 40 of 60 seeds after 200', () => {
    const reached = regrets('hartmann6', 200).filter(regret => regret < 1.6)
    expect(reached.length).toBeGreaterThanOrEqual(40)
  })
})
