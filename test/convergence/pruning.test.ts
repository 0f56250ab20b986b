import { expect, it } from 'vitest'
import type { Report } from '../../src-main/core/trial/trial.ts'
import { createRandomStream } from '../../src-main/math/random/stream.ts'
import { createPruner, stoppingSteps } from '../helpers/stopping-steps.ts'

const STEPS = 27
const BUDGET = 20 * STEPS
const SEEDS = 20

/** Curves that fall to a level; fast and slow ones cross early. */
function curves(seed: number): Report[][] {
  return Array.from({ length: 400 }, (_, number) => {
    const random = createRandomStream({ seed, number, purpose: 'pruning' })
    const level = random.uniform()
    const speed = 0.1 + random.uniform()
    return Array.from({ length: STEPS }, (_unused, index) => ({
      step: index + 1,
      value: level + 2 * Math.exp(-speed * (index + 1)) + 0.01 * random.normal(),
    }))
  })
}

/** The best final value of the trials that completed at the cost of twenty full ones. */
function bestWithin(entry: { readonly name: string }, all: readonly Report[][]): number {
  const stops = stoppingSteps(createPruner(entry), all)
  let spent = 0
  let best = Number.POSITIVE_INFINITY
  for (const [number, reports] of all.entries()) {
    const stop = stops[number] ?? null
    spent += stop ?? STEPS
    if (spent > BUDGET) break
    if (stop === null) best = Math.min(best, reports.at(-1)?.value ?? best)
  }
  return best
}

it.each([
  { name: 'median', warmupSteps: 0, minMargin: 0 },
  { name: 'percentile' },
  { name: 'successiveHalving', minResource: 3, reductionFactor: 3 },
  { name: 'asha', minResource: 3, reductionFactor: 3 },
  { name: 'hyperband', minResource: 3, maxResource: STEPS },
])('$name finds more than full trials do at the same cost', entry => {
  let better = 0
  let worse = 0
  for (let seed = 0; seed < SEEDS; seed++) {
    const all = curves(seed)
    const difference = bestWithin(entry, all) - bestWithin({ name: 'none' }, all)
    if (difference < 0) better++
    if (difference > 0) worse++
  }
  // The rest are equal: both have the same best trial.
  expect(better).toBeGreaterThanOrEqual(SEEDS / 2)
  expect(worse).toBeLessThanOrEqual(2)
})

// It waits for a fifth of a training: it gains less than a bolder one, and loses nothing.
it('median as it is without options gains and loses nothing', () => {
  const differences = Array.from({ length: SEEDS }, (_, seed) => {
    const all = curves(seed)
    return bestWithin({ name: 'median' }, all) - bestWithin({ name: 'none' }, all)
  })
  expect(differences.filter(difference => difference < 0).length).toBeGreaterThan(SEEDS / 4)
  expect(Math.max(...differences)).toBe(0)
})
