import { describe, expect, it } from 'vitest'
import { partialDependence } from '../../../../src-main/analysis/dependence/partial-dependence.ts'
import { permutationImportance } from '../../../../src-main/analysis/importance/forest-importance.ts'
import type { ImportanceQuestion } from '../../../../src-main/analysis/importance/observations.ts'

/**
 * Against scikit-learn 1.9.1 on 300 points of an additive function, evenly spread (Roberts's R₃ sequence with a fixed start):
 * y = 2a + sin 2πb + 0.1c.
 */
const study: ImportanceQuestion = {
  space: { a: { float: [0, 1] }, b: { float: [0, 1] }, c: { float: [0, 1] } },
  trials: Array.from({ length: 300 }, (_, index) => {
    const at = (step: number): number => ((index + 1) * step) % 1
    const [a, b, c] = [at(0.7548776662466927), at(0.5698402910980532), at(0.8191725133961645)]
    return {
      number: index,
      state: 'complete',
      parameters: { a, b, c },
      values: [2 * a + Math.sin(2 * Math.PI * b) + 0.1 * c],
    }
  }),
  direction: 'minimize',
  goal: 0,
} as unknown as ImportanceQuestion

function resultOf<Result>(
  outcome: { readonly ok: true; readonly result: Result } | { readonly ok: false },
): Result {
  if (!outcome.ok) throw new Error('refused')
  return outcome.result
}

describe('scikit-learn', () => {
  it('gives the same permutation importance', () => {
    // 300 DecisionTreeRegressors on bootstrap samples; error on the points that a tree has not seen, with one column shuffled,
    // less the error without, as a share of the variance. Seeds 0 to 3: a 0.731–0.757, b 1.133–1.149, c −0.006.
    const importance = Object.fromEntries(
      resultOf(permutationImportance(study)).map(({ name, mean }) => [name, mean]),
    )
    expect(Math.abs((importance['a'] ?? 0) - 0.744)).toBeLessThan(0.06)
    expect(Math.abs((importance['b'] ?? 0) - 1.138)).toBeLessThan(0.06)
    expect(Math.abs(importance['c'] ?? 1)).toBeLessThan(0.02)
  })

  // partial_dependence(RandomForestRegressor(300), method='brute'), centered; three seeds differ by up to 0.01.
  it.each([
    ['a', [-0.859, -0.578, -0.311, 0.006, 0.302, 0.607, 0.834]],
    ['b', [0.366, 0.879, 0.797, 0.036, -0.834, -0.901, -0.341]],
  ])('gives the same partial dependence on %s', (name, expected) => {
    const { values, mean } = resultOf(partialDependence(study, [name], { points: 61 }))
    const grid = values[0] as readonly number[]
    // At 0.05, 0.2, … 0.95; ours is piecewise constant as well, so the nearest of its points stands for each.
    const read = expected.map((_, index) => {
      const wanted = 0.05 + 0.15 * index
      const nearest = grid.reduce(
        (best, value, at) =>
          Math.abs(value - wanted) < Math.abs((grid[best] as number) - wanted) ? at : best,
        0,
      )
      return mean[nearest] as number
    })
    const center = read.reduce((sum, value) => sum + value, 0) / read.length
    for (const [index, value] of read.entries()) {
      expect(Math.abs(value - center - (expected[index] as number)), `${index}`).toBeLessThan(0.06)
    }
  })
})
