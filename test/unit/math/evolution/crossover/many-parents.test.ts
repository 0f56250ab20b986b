import { describe, expect, it } from 'vitest'
import {
  simplexCrossover,
  unimodalNormalCrossover,
  vsbxCrossover,
} from '../../../../../src-main/math/evolution/crossover/many-parents.ts'
import { createRandomStream } from '../../../../../src-main/math/random/stream.ts'

const random = createRandomStream({ seed: 9, number: 0, purpose: 'crossover' })
const DRAWS = 20_000

function mean(points: readonly number[][], of: (point: number[]) => number): number {
  return points.reduce((sum, point) => sum + of(point), 0) / points.length
}

describe('simplexCrossover', () => {
  it('keeps the mean and covariance of the parents (2 genes, 3 parents, expansion 2)', () => {
    const parents = [
      [0, 0],
      [3, 0],
      [0, 1],
    ]
    const children = Array.from({ length: DRAWS }, () => simplexCrossover(parents, random))
    const [x, y] = [mean(children, p => p[0] as number), mean(children, p => p[1] as number)]
    // Standard errors are below 0.01.
    expect(x).toBeCloseTo(1, 1)
    expect(y).toBeCloseTo(1 / 3, 1)
    const parentCovariance = [
      mean(parents, p => ((p[0] as number) - 1) ** 2),
      mean(parents, p => ((p[0] as number) - 1) * ((p[1] as number) - 1 / 3)),
    ]
    const covariance = [
      mean(children, p => ((p[0] as number) - x) ** 2),
      mean(children, p => ((p[0] as number) - x) * ((p[1] as number) - y)),
    ]
    expect(covariance[0]).toBeCloseTo(parentCovariance[0] as number, 0.5)
    expect(covariance[1]).toBeCloseTo(parentCovariance[1] as number, 1)
  })

  it('stays in the simplex without expansion', () => {
    for (let draw = 0; draw < 200; draw++) {
      const [a, b] = simplexCrossover(
        [
          [0, 0],
          [1, 0],
          [0, 1],
        ],
        random,
        1,
      ) as [number, number]
      expect(Math.min(a, b, 1 - a - b)).toBeGreaterThanOrEqual(-1e-12)
    }
  })
})

describe('unimodalNormalCrossover', () => {
  it('is as wide along and across the connection as the paper says', () => {
    const genes = 4
    // Parents along (1, 1, 0, 0), 2√2 apart; the third is 3 away from the line.
    const parents = [
      [0, 0, 0, 0],
      [2, 2, 0, 0],
      [1, 1, 3, 0],
    ] as const
    const children = Array.from({ length: DRAWS }, () => unimodalNormalCrossover(parents, random))
    const along = (p: number[]): number => ((p[0] as number) + (p[1] as number) - 2) / Math.SQRT2
    const across = (p: number[]): number => ((p[0] as number) - (p[1] as number)) / Math.SQRT2
    expect(mean(children, along)).toBeCloseTo(0, 1)
    expect(Math.sqrt(mean(children, p => along(p) ** 2))).toBeCloseTo(0.5 * Math.sqrt(8), 1)
    const deviation = (0.35 / Math.sqrt(genes)) * 3
    expect(Math.sqrt(mean(children, p => across(p) ** 2))).toBeCloseTo(deviation, 2)
    expect(Math.sqrt(mean(children, p => (p[3] as number) ** 2))).toBeCloseTo(deviation, 2)
  })

  it('of equal parents is the parent, moved across only', () => {
    expect(
      unimodalNormalCrossover(
        [
          [1, 2],
          [1, 2],
          [1, 2],
        ],
        random,
      ),
    ).toEqual([1, 2])
  })
})

describe('vsbxCrossover', () => {
  it('has the children of Optuna 5.0.0 for the same numbers', () => {
    // u = 0.3, 0.8 for the genes, then 0.2 and 0.9 for the sides; eta 20.
    const numbers = [0.3, 0.8, 0.2, 0.9]
    const forced = { ...random, uniform: () => numbers.shift() ?? Number.NaN }
    const children = vsbxCrossover([0.2, 0.4], [0.6, 0.7], 20, forced)
    const golden = [0.2072307727433103, 0.37996391344926783, 0.6072307727433102, 0.6799639134492678]
    children.flat().forEach((value, index) => expect(value).toBeCloseTo(golden[index] ?? 0, 12))
  })
})
