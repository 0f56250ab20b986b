import { expect, it } from 'vitest'
import { mean } from '../../../../src-main/math/numbers.ts'
import {
  ellipticalSlice,
  type SliceState,
} from '../../../../src-main/math/random/elliptical-slice.ts'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'

it('draws from the product of prior and likelihood', () => {
  // N(1, 2²) times a likelihood of N(3, 1) is N(2.6, 0.8); the second variable has no likelihood.
  const priors = { means: Float64Array.of(1, -2), deviations: Float64Array.of(2, 0.5) }
  const logLikelihood = ([x = 0]: Float64Array): number => -((x - 3) ** 2) / 2
  const random = createRandomStream({ seed: 1, number: 0, purpose: 'test' })
  const start = Float64Array.of(0, 0)
  let state: SliceState = { values: start, logLikelihood: logLikelihood(start) }
  const draws: Float64Array[] = []
  for (let step = 0; step < 20_000; step++) {
    state = ellipticalSlice(state, priors, logLikelihood, random)
    draws.push(state.values)
  }
  const of = (at: number): { center: number; variance: number } => {
    const values = draws.map(draw => draw[at]!)
    const center = mean(values)
    return { center, variance: mean(values.map(value => (value - center) ** 2)) }
  }
  expect(of(0).center).toBeCloseTo(2.6, 1)
  expect(of(0).variance).toBeCloseTo(0.8, 1)
  expect(of(1).center).toBeCloseTo(-2, 1)
  expect(of(1).variance).toBeCloseTo(0.25, 1)
})
