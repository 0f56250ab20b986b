import { expect, it } from 'vitest'
import type { TrialSnapshot } from '../../../../../src-main/core/trial/trial.ts'
import { createEncoding, pointsOf } from '../../../../../src-main/search/samplers/gp/encoding.ts'
import { SurrogateMaker } from '../../../../../src-main/search/samplers/gp/surrogate.ts'
import { buildSpace } from '../../../../../src-main/search/space/build-space.ts'

it('tells its prior of how many trials there are, also those that the model leaves out', () => {
  const encoding = createEncoding(buildSpace({ x: { float: [0, 1] } }))
  const trials = Array.from({ length: 30 }, (_, number): TrialSnapshot => {
    const x = number / 30
    return { number, state: 'complete', parameters: { x }, values: [x * x], reports: [] }
  })
  const calls: [modeled: number, trialCount: number][] = []
  const maker = new SurrogateMaker({
    encoding,
    first: 10,
    limit: 20,
    fit: { minimumNoise: 1e-6, fitNoise: true, lengthPrior: 'middling' },
    target: some => Float64Array.from(some, ({ values: [value = NaN] }) => value),
    choose: some => some.slice(-5),
    prior(some, _values, trialCount) {
      calls.push([some.length, trialCount])
      return { sources: 1, at: () => 0, slopesAt: () => 0 }
    },
  })
  const make = (count: number): void => {
    const informative = trials.slice(0, count)
    const modeled = count <= 20 ? informative : informative.slice(-5)
    maker.make(informative, modeled, pointsOf(encoding, modeled), [], false)
  }
  make(10)
  expect(calls.splice(0)).toEqual([
    [10, 10],
    [10, 10],
  ])
  make(30)
  expect(calls.at(-1)).toEqual([5, 30])
  expect(calls.every(([modeled, trialCount]) => modeled === trialCount || trialCount > 20)).toBe(
    true,
  )
})
