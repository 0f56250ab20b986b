import { describe, expect, it } from 'vitest'
import {
  blendCrossover,
  strategyBlendCrossover,
} from '../../../../src-main/math/evolution/crossover/blend.ts'
import {
  messyOnePointCrossover,
  onePointCrossover,
  twoPointCrossover,
  uniformCrossover,
} from '../../../../src-main/math/evolution/crossover/exchange.ts'
import {
  orderedCrossover,
  partiallyMatchedCrossover,
  uniformPartiallyMatchedCrossover,
} from '../../../../src-main/math/evolution/crossover/permutation.ts'
import {
  boundedSimulatedBinaryCrossover,
  simulatedBinaryCrossover,
} from '../../../../src-main/math/evolution/crossover/simulated-binary.ts'
import type { RandomStream } from '../../../../src-main/math/random/random-stream.ts'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'
import { expectGolden, fedStream, golden, streamOf } from './fed-stream.ts'

const { letters, capitals, first, second, firstOrder, secondOrder } = golden.inputs

/** Three times with one stream of random numbers, as in the reference. */
function thrice<Result>(cross: (random: RandomStream) => Result): Result[] {
  const random = fedStream()
  return [cross(random), cross(random), cross(random)]
}

describe('crossovers equal those of deap 1.4.4 to 12 decimals', () => {
  it.each<[string, (random: RandomStream) => unknown]>([
    ['onePoint', random => onePointCrossover(letters, capitals, random)],
    ['twoPoint', random => twoPointCrossover(letters, capitals, random)],
    ['uniform', random => uniformCrossover(letters, capitals, 0.4, random)],
    ['messyOnePoint', random => messyOnePointCrossover(letters, capitals.slice(0, 4), random)],
    ['blend', random => blendCrossover(first, second, 0.3, random)],
    ['simulatedBinary', random => simulatedBinaryCrossover(first, second, 5, random)],
    [
      'simulatedBinaryBounded',
      random => boundedSimulatedBinaryCrossover(first, second, 5, 0, 1, random),
    ],
    ['ordered', random => orderedCrossover(firstOrder, secondOrder, random)],
    ['partiallyMatched', random => partiallyMatchedCrossover(firstOrder, secondOrder, random)],
    [
      'uniformPartiallyMatched',
      random => uniformPartiallyMatchedCrossover(firstOrder, secondOrder, 0.4, random),
    ],
  ])('%s', (operator, cross) => {
    expectGolden(thrice(cross), operator)
  })

  it('strategyBlend', () => {
    const { firstDeviations, secondDeviations } = golden.inputs
    const children = strategyBlendCrossover(
      { genes: first, deviations: firstDeviations },
      { genes: second, deviations: secondDeviations },
      0.2,
      fedStream(),
    )
    expectGolden(
      children.map(({ genes, deviations }) => [genes, deviations]),
      'strategyBlend',
    )
  })
})

/** deap 1.4.1 with these very uniform numbers. */
describe('single results of deap', () => {
  const close = (children: readonly number[][], expected: readonly number[][]): void => {
    children.forEach((child, index) => {
      child.forEach((gene, position) => {
        expect(gene).toBeCloseTo(expected[index]?.[position] as number, 9)
      })
    })
  }

  it('blend and simulated binary', () => {
    close(blendCrossover([1, 2], [3, 5], 0.5, streamOf(0.3, 0.8)), [
      [1.2, 5.3],
      [2.8, 1.7],
    ])
    close(simulatedBinaryCrossover([1, 2], [3, 5], 20, streamOf(0.3, 0.8)), [
      [1.0240315606, 1.9331017941],
      [2.9759684395, 5.0668982059],
    ])
    close(boundedSimulatedBinaryCrossover([1], [3], 20, 0, 10, streamOf(0.3, 0.8, 0.2)), [
      [3.0445988039],
      [0.9554012435],
    ])
    close(boundedSimulatedBinaryCrossover([1], [3], 20, 0, 10, streamOf(0.3, 0.2, 0.7)), [
      [1.0426946834],
      [2.9573053274],
    ])
  })

  it('ordered with places 3 and 6, partially matched with cuts 3 and 5', () => {
    // integer(9) = 3, then integer(8) = 6.
    expect(
      orderedCrossover(
        [0, 1, 2, 3, 4, 5, 6, 7, 8],
        [8, 2, 6, 7, 1, 5, 4, 0, 3],
        streamOf(3.5 / 9, 6.5 / 8),
      ),
    ).toEqual([
      [2, 3, 6, 7, 1, 5, 4, 8, 0],
      [2, 7, 1, 3, 4, 5, 6, 0, 8],
    ])
    // Cuts 3 and 4 + 1.
    expect(
      partiallyMatchedCrossover(
        [0, 1, 2, 3, 4, 5, 6, 7],
        [3, 7, 5, 1, 6, 0, 2, 4],
        streamOf(3.5 / 9, 5.5 / 8),
      ),
    ).toEqual([
      [5, 3, 2, 1, 6, 0, 4, 7],
      [1, 7, 0, 3, 4, 5, 2, 6],
    ])
  })
})

describe('crossovers', () => {
  const random = createRandomStream({ seed: 1, number: 0, purpose: 'test' })

  it('exchange genes place by place and leave the parents alone', () => {
    const crossings = [
      onePointCrossover<string>,
      twoPointCrossover<string>,
      (a: string[], b: string[], stream: RandomStream) => uniformCrossover(a, b, 0.5, stream),
    ]
    for (const cross of crossings) {
      const [a, b] = [Object.freeze([...letters]), Object.freeze([...capitals])]
      for (let repeat = 0; repeat < 50; repeat++) {
        const children = cross(a as string[], b as string[], random)
        letters.forEach((letter, position) => {
          const pair = children.map(child => child[position])
          expect(pair.sort()).toEqual([letter, capitals[position]].sort())
        })
      }
    }
  })

  it('of a single gene give the parents again', () => {
    expect(onePointCrossover(['a'], ['b'], random)).toEqual([['a'], ['b']])
    expect(twoPointCrossover(['a'], ['b'], random)).toEqual([['a'], ['b']])
  })

  it('two points are equally likely wherever they lie', () => {
    const counts = new Map<string, number>()
    for (let repeat = 0; repeat < 12_000; repeat++) {
      const key = twoPointCrossover([...'0000'], [...'1111'], random)[0].join('')
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    // Cuts from {1, 2, 3, 4}: six pairs.
    expect(counts.size).toBe(6)
    for (const count of counts.values()) expect(Math.abs(count - 2000)).toBeLessThan(250)
  })

  it('of permutations give permutations', () => {
    for (let repeat = 0; repeat < 200; repeat++) {
      const size = 2 + (repeat % 9)
      const items = Array.from({ length: size }, (_, index) => index)
      const [a, b] = [random.shuffled(items), random.shuffled(items)]
      for (const cross of [
        orderedCrossover,
        partiallyMatchedCrossover,
        (x: number[], y: number[], stream: RandomStream) =>
          uniformPartiallyMatchedCrossover(x, y, 0.5, stream),
      ]) {
        for (const child of cross(a, b, random))
          expect([...child].sort((x, y) => x - y)).toEqual(items)
      }
    }
  })

  it('bounded simulated binary stays within the bounds and keeps equal genes', () => {
    for (let repeat = 0; repeat < 2000; repeat++) {
      const [a, b] = [random.uniform(), random.uniform() < 0.2 ? 1 : random.uniform()]
      for (const child of boundedSimulatedBinaryCrossover([a, 0.3], [b, 0.3], 2, 0, 1, random)) {
        expect(child[0]).toBeGreaterThanOrEqual(0)
        expect(child[0]).toBeLessThanOrEqual(1)
        expect(child[1]).toBe(0.3)
      }
    }
  })
})
