import { describe, expect, it } from 'vitest'
import {
  descend,
  type DescentConstants,
  type DescentRule,
  startDescent,
} from '../../../src-main/math/gradient-descent/descent-rule.ts'
import {
  centralGradient,
  centralStencil,
  simultaneousGradient,
  simultaneousStencil,
} from '../../../src-main/math/gradient-descent/differences.ts'
import { createRandomStream } from '../../../src-main/math/random/stream.ts'

/** ½ xᵀAx − bx with A = [[3, ½], [½, 0.8]], b = [1, −2]. */
function quadraticGradient([x, y]: readonly number[]): number[] {
  return [
    3 * (x as number) + 0.5 * (y as number) - 1,
    0.5 * (x as number) + 0.8 * (y as number) + 2,
  ]
}

describe('descent rules', () => {
  // torch 2.15 in double precision from (1, 2), step size 0.1: after 1, 2 and 5 steps.
  const golden: Readonly<Record<DescentRule, readonly (readonly number[])[]>> = {
    gradientDescent: [
      [0.7, 1.59],
      [0.5105, 1.2278],
      [0.301782169, 0.3463761339],
    ],
    momentum: [
      [0.7, 1.59],
      [0.2405, 0.8588],
      [-0.336775211, -2.1259336941],
    ],
    rmsprop: [
      [0.6837722373164953, 1.6837722364221863],
      [0.5086274022307841, 1.4661633959084304],
      [0.26700258703030566, 0.9977792836956505],
    ],
    adam: [
      [0.9000000003333333, 1.9000000002439024],
      [0.8005136624798053, 1.8000969416190644],
      [0.5102516665827292, 1.5016705073518173],
    ],
  }

  it.each(Object.entries(golden))('%s goes the way of torch', (rule, wanted) => {
    const constants: DescentConstants = {
      rule: rule as DescentRule,
      momentum: 0.9,
      beta1: 0.9,
      beta2: rule === 'rmsprop' ? 0.9 : 0.999,
      epsilon: 1e-8,
    }
    let state = startDescent(2)
    let position: readonly number[] = [1, 2]
    const way = Array.from({ length: 5 }, () => {
      const next = descend(state, quadraticGradient(position), constants)
      state = next.state
      position = position.map((x, axis) => x - 0.1 * (next.direction[axis] as number))
      return position
    })
    for (const [at, step] of [0, 1, 4].entries()) {
      way[step]?.forEach((x, axis) => {
        expect(x).toBeCloseTo(wanted[at]?.[axis] as number, 10)
      })
    }
  })
})

describe('estimates from values', () => {
  const cubic = ([x, y]: readonly number[]): number => (x as number) ** 3 + 2 * (y as number)

  it('central differences are exact but for the third derivative', () => {
    const stencil = centralStencil([0.4, 0.5], 0.01)
    expect(stencil).toHaveLength(4)
    const [dx, dy] = centralGradient(stencil, stencil.map(cubic)) as [number, number]
    // (f(x + h) − f(x − h)) / 2h = 3x² + h²
    expect(dx).toBeCloseTo(3 * 0.16 + 1e-4, 10)
    expect(dy).toBeCloseTo(2, 10)
  })

  it('at a bound the difference is one-sided and stays inside', () => {
    const stencil = centralStencil([1, 0], 0.01)
    expect(stencil.flat().every(x => x >= 0 && x <= 1)).toBe(true)
    const [dx, dy] = centralGradient(stencil, stencil.map(cubic)) as [number, number]
    expect(dx).toBeCloseTo((1 - 0.99 ** 3) / 0.01, 10)
    expect(dy).toBeCloseTo(2, 10)
  })

  it('SPSA is right on average over the signs', () => {
    const slopes = Array.from({ length: 8 }, (_, axis) => axis - 3)
    const value = (position: readonly number[]): number =>
      position.reduce((sum, x, axis) => sum + x * (slopes[axis] as number), 0)
    const random = createRandomStream({ seed: 1, number: 0, purpose: 'test' })
    const stencil = simultaneousStencil(new Array<number>(8).fill(0.5), 0.01, 4000, random)
    const estimate = simultaneousGradient(stencil, stencil.map(value))
    // Each draw has the variance Σ slopes² = 44 at most, so 4,000 of them have a deviation of 0.105.
    estimate.forEach((g, axis) => {
      expect(Math.abs(g - (slopes[axis] as number))).toBeLessThan(4 * 0.105)
    })
  })

  it('a coordinate that two bounds leave no width has no slope', () => {
    const stencil = [
      [0, 0.5],
      [0, 0.4],
    ]
    expect(simultaneousGradient(stencil, [1, 0])[0]).toBe(0)
  })
})
