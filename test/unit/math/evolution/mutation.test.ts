import { describe, expect, it } from 'vitest'
import {
  flipBitMutation,
  inversionMutation,
  shuffleIndexesMutation,
  uniformIntegerMutation,
} from '../../../../src-main/math/evolution/mutation/discrete.ts'
import { gaussianMutation } from '../../../../src-main/math/evolution/mutation/gaussian.ts'
import { logNormalMutation } from '../../../../src-main/math/evolution/mutation/log-normal.ts'
import { boundedPolynomialMutation } from '../../../../src-main/math/evolution/mutation/polynomial.ts'
import type { RandomStream } from '../../../../src-main/math/random/random-stream.ts'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'
import { expectGolden, fedStream, golden, streamOf } from './fed-stream.ts'

const { letters, first, firstDeviations, integers, bits } = golden.inputs

describe('mutations equal those of deap 1.4.4 to 12 decimals', () => {
  it.each<[string, (random: RandomStream) => unknown]>([
    ['gaussian', random => gaussianMutation(first, 0.1, 0.2, 0.5, random)],
    ['polynomialBounded', random => boundedPolynomialMutation(first, 20, 0, 1, 0.6, random)],
    ['uniformInteger', random => uniformIntegerMutation(integers, 0, 9, 0.5, random)],
    ['flipBit', random => flipBitMutation(bits, 0.5, random)],
    ['shuffleIndexes', random => shuffleIndexesMutation(letters, 0.5, random)],
    ['inversion', random => inversionMutation(letters, random)],
  ])('%s', (operator, mutate) => {
    const random = fedStream()
    expectGolden([mutate(random), mutate(random), mutate(random)], operator)
  })

  it('logNormal', () => {
    const genome = { genes: first, deviations: firstDeviations }
    const { genes, deviations } = logNormalMutation(genome, 1, 0.6, fedStream())
    expectGolden([genes, deviations], 'logNormal')
  })

  // deap 1.4.1 with these very uniform numbers.
  it('polynomial with bounds 0 and 10, single results', () => {
    const mutant = (u: number): number =>
      boundedPolynomialMutation([2], 20, 0, 10, 1, streamOf(0, u))[0] as number
    expect(mutant(0.3)).toBeCloseTo(1.7625337494, 9)
    expect(mutant(0.8)).toBeCloseTo(2.4269467258, 9)
  })
})

describe('mutations', () => {
  const random = createRandomStream({ seed: 2, number: 0, purpose: 'test' })
  const many = new Array<number>(20_000).fill(0.5)

  it('change as many genes as they are told to, and leave the parent alone', () => {
    const parent = Object.freeze(many)
    const share = (mutant: readonly number[]): number =>
      mutant.filter(gene => gene !== 0.5).length / mutant.length
    expect(share(gaussianMutation(parent, 0, 0.1, 0.3, random))).toBeCloseTo(0.3, 1)
    expect(share(boundedPolynomialMutation(parent, 20, 0, 1, 0.3, random))).toBeCloseTo(0.3, 1)
    expect(share(gaussianMutation(parent, 0, 0.1, 0, random))).toBe(0)
  })

  it('gaussian has the deviation it is given', () => {
    const mutant = gaussianMutation(many, 0, 0.1, 1, random)
    const variance = mutant.reduce((sum, gene) => sum + (gene - 0.5) ** 2, 0) / mutant.length
    expect(Math.sqrt(variance)).toBeCloseTo(0.1, 2)
  })

  it('polynomial stays within its bounds and does not move what cannot move', () => {
    const edges = boundedPolynomialMutation(
      Array.from({ length: 2000 }, (_, index) => (index % 2 === 0 ? 0 : 1)),
      5,
      0,
      1,
      1,
      random,
    )
    expect(Math.min(...edges)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...edges)).toBeLessThanOrEqual(1)
  })

  it('shuffle and inversion keep the genes', () => {
    for (let repeat = 0; repeat < 100; repeat++) {
      expect(shuffleIndexesMutation(letters, 0.5, random).sort()).toEqual(letters)
      expect(inversionMutation(letters, random).sort()).toEqual(letters)
    }
    expect(inversionMutation([], random)).toEqual([])
    expect(shuffleIndexesMutation(['a'], 1, random)).toEqual(['a'])
  })
})
