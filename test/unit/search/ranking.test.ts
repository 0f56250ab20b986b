import { expect, it } from 'vitest'
import { constraintViolation } from '../../../src-main/search/ranking.ts'

it.each([
  [undefined, 0],
  [[], 0],
  [[-1, 0], 0],
  [[0.5, -3, 2], 2.5],
  [[Number.POSITIVE_INFINITY, 1], Number.POSITIVE_INFINITY],
  [[1, Number.NaN], Number.POSITIVE_INFINITY],
])('sums what exceeds 0: %j', (constraints, violation) => {
  expect(constraintViolation(constraints === undefined ? {} : { constraints })).toBe(violation)
})
