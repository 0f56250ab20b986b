import { describe, expect, it } from 'vitest'
import {
  constraintMetric,
  constraintValue,
  isFeasible,
} from '../../../../src-main/core/study/constraints.ts'

describe('a constraint', () => {
  it.each([
    ['size', 'size', 3, 3],
    [{ metric: 'size', atMost: 10 }, 'size', 12, 2],
    [{ metric: 'score', atLeast: 0.5 }, 'score', 0.75, -0.25],
    [{ metric: 'score', atLeast: 0.5 }, 'score', Number.NaN, Number.NaN],
  ] as const)('%j of %s = %d is %d', (constraint, metric, value, expected) => {
    expect(constraintMetric(constraint)).toBe(metric)
    expect(constraintValue(constraint, value)).toBe(expected)
  })

  it.each([
    [undefined, true],
    [[], true],
    [[0, -1], true],
    [[0, 1e-300], false],
    [[Number.NaN], false],
    [[Number.NEGATIVE_INFINITY], true],
  ])('%j is feasible: %s', (constraints, feasible) => {
    expect(isFeasible(constraints === undefined ? {} : { constraints })).toBe(feasible)
  })
})
