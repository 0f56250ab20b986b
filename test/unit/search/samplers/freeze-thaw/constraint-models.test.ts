import { expect, it } from 'vitest'
import type { TrialSnapshot } from '../../../../../src-main/core/trial/trial.ts'
import {
  ConstraintModels,
  limitScaleOf,
} from '../../../../../src-main/search/samplers/freeze-thaw/constraint-models.ts'
import { trainingsOf } from '../../../../../src-main/search/samplers/freeze-thaw/trainings.ts'

const WHOLE = 16

function increment(number: number, x: number, step: number, constraints?: number[]): TrialSnapshot {
  return {
    number,
    state: 'complete',
    parameters: { x },
    values: [x],
    reports: [{ step, value: x }],
    ...(constraints === undefined ? {} : { constraints }),
  }
}

const read = (trials: readonly TrialSnapshot[]) =>
  trainingsOf(trials, {
    direction: 'minimize',
    wholeSteps: WHOLE,
    pointOf: ({ x }) => Float64Array.of(Number(x)),
  })

function chancesOf(trials: readonly TrialSnapshot[], count: number) {
  const setting = { kinds: { numeric: 1, categorical: 0 }, wholeSteps: WHOLE }
  const logChances = new ConstraintModels(count, setting, read).logChances(trials, read(trials))
  return (x: number, step: number, curve = -1): number =>
    Math.exp(logChances([{ point: Float64Array.of(x), step, curve }])[0] as number)
}

const twenty = Array.from({ length: 20 }, (_, number) => (number + 0.5) / 20)

it('knows where a constraint holds', () => {
  const chance = chancesOf(
    twenty.map((x, number) => increment(number, x, 4, [x - 0.5])),
    1,
  )
  expect(chance(0.1, WHOLE)).toBeGreaterThan(0.95)
  expect(chance(0.9, WHOLE)).toBeLessThan(0.05)
  expect(Math.abs(chance(0.5, 4) - 0.5)).toBeLessThan(0.3)
})

it('multiplies the chances of several constraints', () => {
  const chance = chancesOf(
    twenty.map((x, number) => increment(number, x, 4, [x - 0.7, 0.3 - x])),
    2,
  )
  expect(chance(0.5, 4)).toBeGreaterThan(0.9)
  for (const x of [0.05, 0.95]) expect(chance(x, 4)).toBeLessThan(0.1)
})

it('expects a constraint to be mended that training mends', () => {
  const ends = [2, 4, 8, WHOLE]
  const chance = chancesOf(
    twenty.map((x, number) => {
      const step = ends[number % 4] as number
      return increment(number, x, step, [1 - step / 6])
    }),
    1,
  )
  expect(chance(0.4, 2)).toBeLessThan(0.1)
  expect(chance(0.4, WHOLE)).toBeGreaterThan(0.9)
})

it('holds nothing against a point before any increment has told', () => {
  expect(chancesOf([increment(0, 0.5, 4)], 1)(0.1, WHOLE)).toBe(1)
})

it('takes what is not a number, or was not said, for broken', () => {
  const chance = chancesOf(
    twenty.map((x, number) => increment(number, x, 4, [x < 0.5 ? -1 : Number.NaN])),
    1,
  )
  expect(chance(0.1, 4)).toBeGreaterThan(0.8)
  expect(chance(0.9, 4)).toBeLessThan(0.1)
})

it('keeps the limit at 0 and is bounded', () => {
  const curve = { point: Float64Array.of(0), steps: [1], losses: [-4] }
  const scale = limitScaleOf([curve])
  expect(scale.toModel(0)).toBe(0)
  expect(scale.toModel(-4)).toBeCloseTo(-Math.LN2, 12)
  expect(scale.toModel(Infinity)).toBe(3)
  expect(scale.toLoss(scale.toModel(2.5))).toBeCloseTo(2.5, 12)
})
