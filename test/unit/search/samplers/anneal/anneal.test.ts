import { describe, expect, it } from 'vitest'
import type { SpaceSpecification } from '../../../../../src-main/core/study/space-specification.ts'
import type { Assignment, TrialSnapshot } from '../../../../../src-main/core/trial/trial.ts'
import { annealSampler } from '../../../../../src-main/search/samplers/anneal/anneal.ts'
import { askSampler, createSamplerOf } from '../../../../helpers/propose-trials.ts'
import { at, cube, runStudy, sphere, successes } from '../../../../helpers/run-study.ts'

function complete(number: number, parameters: Assignment, value: number): TrialSnapshot {
  return { number, state: 'complete', parameters, values: [value], reports: [] }
}

/** What would be proposed after `trials` as each of 4,000 next trials. */
function proposals(
  space: SpaceSpecification,
  trials: readonly TrialSnapshot[],
  options: Readonly<Record<string, unknown>> = {},
): Assignment[] {
  const plan = { sampler: 'anneal', space, trials: 1, seed: 3, options }
  const sampler = createSamplerOf(plan)
  return Array.from({ length: 4000 }, (_, index) => {
    const answer = askSampler(sampler, plan, trials, 100 + index)
    if ('exhausted' in answer) throw new Error('annealing never ends')
    return answer.parameters
  })
}

function share<Item>(items: readonly Item[], holds: (item: Item) => boolean): number {
  return items.filter(holds).length / items.length
}

describe('anneal', () => {
  const space: SpaceSpecification = {
    x: { float: [-5, 10] },
    l: { float: [1e-4, 1], log: true },
    c: { choice: ['a', 'b', 'c'] },
    n: { normal: [2, 3] },
  }
  const trials = Array.from({ length: 10 }, (_, number) =>
    complete(
      number,
      number === 0 ? { x: 9.5, l: 0.5, c: 'b', n: 0 } : { x: 0, l: 0.01, c: 'a', n: 2 },
      number,
    ),
  )

  // hyperopt 0.3.0, anneal.suggest with avg_best_idx 1 after the same trials, 4,000 seeds: x in 2.505…10.000 with mean
  // 6.24, l in 0.01001…0.9958, c 0.174, 0.655, 0.172, n with mean 0.03 and deviation 1.50. Errors: 4 standard ones.
  it('looks where Hyperopt does', () => {
    const points = proposals(space, trials, { bestIndex: 1 })
    const values = (name: string) => points.map(point => point[name] as number)
    const mean = (numbers: readonly number[]) =>
      numbers.reduce((sum, value) => sum + value, 0) / numbers.length
    expect(Math.min(...values('x'))).toBeCloseTo(2.5, 1)
    expect(Math.max(...values('x'))).toBeCloseTo(10, 1)
    expect(Math.abs(mean(values('x')) - 6.25)).toBeLessThan((4 * 7.5) / Math.sqrt(12 * 4000))
    expect(Math.min(...values('l'))).toBeCloseTo(0.01, 3)
    expect(Math.max(...values('l'))).toBeCloseTo(1, 1)
    for (const [value, probability] of [
      ['a', 1 / 6],
      ['b', 2 / 3],
      ['c', 1 / 6],
    ] as const) {
      const error = 4 * Math.sqrt((probability * (1 - probability)) / 4000)
      expect(Math.abs(share(points, point => point['c'] === value) - probability)).toBeLessThan(
        error,
      )
    }
    const n = values('n')
    const deviation = Math.sqrt(mean(n.map(value => value ** 2)) - mean(n) ** 2)
    expect(Math.abs(mean(n))).toBeLessThan((4 * 1.5) / Math.sqrt(4000))
    expect(Math.abs(deviation - 1.5)).toBeLessThan((4 * 1.5) / Math.sqrt(8000))
  })

  it('starts from the k-th best trial with probability 2⁻ᵏ, all parameters from the same', () => {
    const two: SpaceSpecification = cube(2, 0, 1)
    // Far apart for the width of 1/101.
    const spread = Array.from({ length: 10 }, (_, number) =>
      complete(number, { x0: number / 10 + 0.05, x1: number / 10 + 0.05 }, number),
    )
    const points = proposals(two, spread, { shrink: 10 })
    const cells = points.map(point => [
      Math.floor(at(point, 0) * 10),
      Math.floor(at(point, 1) * 10),
    ])
    expect(cells.every(([first, second]) => first === second)).toBe(true)
    for (const k of [0, 1, 2, 3]) {
      const probability = 2 ** -(k + 1)
      const error = 4 * Math.sqrt((probability * (1 - probability)) / 4000)
      expect(Math.abs(share(cells, ([cell]) => cell === k) - probability)).toBeLessThan(error)
    }
  })

  it('takes a parameter that its trial lacks from another trial', () => {
    const conditional: SpaceSpecification = {
      kind: { choice: ['plain', 'tuned'] },
      rate: { float: [0, 1], when: { kind: 'tuned' } },
    }
    const history = [
      complete(0, { kind: 'plain' }, 0),
      ...Array.from({ length: 9 }, (_, k) => complete(k + 1, { kind: 'tuned', rate: 0.7 }, k + 1)),
    ]
    const tuned = proposals(conditional, history, { bestIndex: 1, shrink: 10 }).filter(
      point => point['kind'] === 'tuned',
    )
    expect(tuned.length).toBeGreaterThan(0)
    for (const point of tuned) expect(Math.abs((point['rate'] as number) - 0.7)).toBeLessThan(0.01)
  })

  it('prefers feasible trials', () => {
    const history = [
      { ...complete(0, { x0: 0.1, x1: 0.1 }, 0), constraints: [1] },
      { ...complete(1, { x0: 0.9, x1: 0.9 }, 5), constraints: [-1] },
    ]
    const points = proposals(cube(2, 0, 1), history, { bestIndex: 1, shrink: 100 })
    for (const point of points) expect(at(point, 0)).toBeGreaterThan(0.89)
  })

  // Random search has 0.01 to 0.09 there.
  it('comes within 0.001 of the minimum of a sphere after 150 trials in at least 8 of 10 seeds', () => {
    const successCount = successes(
      0.001,
      seed => runStudy('anneal', cube(4, 0, 1), sphere, 150, { seed }).best,
    )
    expect(successCount).toBeGreaterThanOrEqual(8)
  })

  it('refuses values out of range', () => {
    expect(annealSampler.optionsSchema.safeParse({ bestIndex: 0.5 }).success).toBe(false)
    expect(annealSampler.optionsSchema.safeParse({ shrink: -1 }).success).toBe(false)
  })
})
