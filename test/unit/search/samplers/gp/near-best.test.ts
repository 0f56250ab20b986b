import { expect, it } from 'vitest'
import {
  createEncoding,
  type Encoding,
  pointOf,
} from '../../../../../src-main/search/samplers/gp/encoding.ts'
import { nearBest } from '../../../../../src-main/search/samplers/gp/near-best.ts'
import { buildSpace } from '../../../../../src-main/search/space/build-space.ts'
import type { SpaceSpecification } from '../../../../../src-main/core/study/space-specification.ts'

const encodingOf = (space: SpaceSpecification): Encoding => createEncoding(buildSpace(space))

it('falls as a normal density by half a length, at most half of the width', () => {
  const encoding = encodingOf({ a: { float: [0, 1] }, b: { float: [0, 1] } })
  const weight = nearBest(encoding, Float64Array.of(0.3, 0.6), Float64Array.of(0.4, 7))
  expect(weight.logWeight(Float64Array.of(0.3, 0.6))).toBeCloseTo(0, 12)
  expect(weight.logWeight(Float64Array.of(0.5, 0.6))).toBeCloseTo(-0.5, 12)
  expect(weight.logWeight(Float64Array.of(0.3, 0.1))).toBeCloseTo(-0.5, 12)
  const at = Float64Array.of(0.45, 0.2)
  const gradient = new Float64Array(2)
  weight.logWeight(at, gradient)
  for (let d = 0; d < 2; d++) {
    const shifted = (sign: number): number =>
      weight.logWeight(at.map((value, i) => (i === d ? value + sign * 1e-6 : value)))
    expect(gradient[d]).toBeCloseTo((shifted(1) - shifted(-1)) / 2e-6, 6)
  }
})

it('does not count choices, nor parameters that are inactive at one of the points', () => {
  const encoding = encodingOf({
    kind: { choice: ['p', 'q'] },
    only: { float: [0, 1], when: { kind: 'p' } },
    always: { float: [0, 1] },
  })
  const best = pointOf(encoding, { kind: 'q', always: 0.5 })
  const weight = nearBest(encoding, best, Float64Array.of(0.2, 0.2))
  const gradient = new Float64Array(2)
  const other = pointOf(encoding, { kind: 'p', only: 0.9, always: 0.5 })
  expect(weight.logWeight(other, gradient)).toBe(0)
  expect([...gradient].map(Math.abs)).toEqual([0, 0])
  expect(weight.logWeight(pointOf(encoding, { kind: 'p', only: 0.9, always: 0.6 }))).toBeCloseTo(
    -0.5,
    12,
  )
})
