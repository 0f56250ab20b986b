import type { TrialSnapshot } from '../../src-main/core/trial/trial.ts'
import { createRandomStream } from '../../src-main/math/random/stream.ts'
import { median } from '../../src-main/math/statistics/quantile.ts'
import { samplers } from '../../src-main/search/samplers/registry.ts'
import { buildSpace } from '../../src-main/search/space/build-space.ts'

const STEPS = 50
const DIMENSION = 8
const DECISIONS = 20

/** Milliseconds of processor of one decision of `freezeThaw` after so many trials of 50 steps: the median and the dearest, which fits. */
export function decisionCost(trialCount: number): { medianMs: number; maxMs: number } {
  const names = Array.from({ length: DIMENSION }, (_, d) => `x${d}`)
  const space = buildSpace(Object.fromEntries(names.map(name => [name, { float: [0, 1] }])))
  const random = createRandomStream({ seed: 1, number: 0, purpose: 'decision cost' })
  const trials = Array.from({ length: trialCount }, (_, number): TrialSnapshot => {
    const parameters = Object.fromEntries(names.map(name => [name, random.uniform()]))
    const end = names.reduce((sum, name) => sum + (parameters[name]! - 0.4) ** 2, 0)
    const reports = Array.from({ length: STEPS }, (_, at) => ({
      step: at + 1,
      value: end + 1 / (at + 1),
    }))
    return { number, state: 'complete', parameters, values: [end], reports }
  })
  const { freezeThaw } = samplers
  const sampler = freezeThaw!.create(freezeThaw!.optionsSchema.parse({ steps: STEPS + 10 }), {
    space,
    constraints: [],
    parallelTrials: 1,
    seed: 1,
    trialBudget: null,
    goals: [{ metric: 'loss', direction: 'minimize' }],
  })
  const costs = Array.from({ length: DECISIONS }, (_, at) => {
    const trialNumber = trialCount - DECISIONS + at
    const before = process.cpuUsage()
    sampler.propose({
      trials: trials.slice(0, trialNumber),
      trialNumber,
      random: createRandomStream({ seed: 1, number: trialNumber, purpose: 'decision cost' }),
    })
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1000
  })
  return { medianMs: median(costs), maxMs: Math.max(...costs) }
}
