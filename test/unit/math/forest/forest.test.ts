import { describe, expect, it } from 'vitest'
import type { Feature, FeatureTable } from '../../../../src-main/math/forest/feature-table.ts'
import {
  fitForest,
  type Forest,
  type ForestOptions,
  predictForest,
} from '../../../../src-main/math/forest/forest.ts'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'

const oneTree: ForestOptions = {
  trees: 1,
  bootstrap: false,
  thresholds: 'midpoint',
  minSplitRows: 2,
  minLeafRows: 1,
  maxDepth: Number.POSITIVE_INFINITY,
  featuresPerSplit: Number.POSITIVE_INFINITY,
}

const stream = (seed: number) => createRandomStream({ seed, number: 0, purpose: 'forest test' })

function tableOf(points: readonly (readonly number[])[], categories: number[] = []): FeatureTable {
  const width = points[0]?.length ?? 0
  return {
    features: Array.from({ length: width }, (_, index): Feature => {
      const count = categories[index] ?? 0
      return count > 0 ? { kind: 'categorical', categories: count } : { kind: 'numeric' }
    }),
    rowCount: points.length,
    columns: Array.from({ length: width }, (_, index) =>
      Float64Array.from(points, point => point[index] as number),
    ),
  }
}

const meansAt = (forest: Forest, points: readonly (readonly number[])[]): number[] =>
  points.map(point => predictForest(forest, point).mean)

/** Coordinates that 32-bit floats hold exactly, as scikit-learn works with those. */
const points = Array.from({ length: 150 }, (_, i) =>
  Array.from({ length: 5 }, (_, j) => ((i * (37 + 12 * j) + 17 * j) % 211) / 256),
)
const values = Float64Array.from(
  points,
  ([a = 0, b = 0, c = 0, d = 0, e = 0]) =>
    Math.sin(6 * a) + 2 * (b - 0.4) ** 2 + c * d + 0.1 * Math.cos(40 * e),
)
const queries = Array.from({ length: 12 }, (_, i) =>
  Array.from({ length: 5 }, (_, j) => ((i * (53 + 10 * j) + 29 * j) % 199) / 256),
)

describe('one tree equals that of scikit-learn 1.9.1', () => {
  // DecisionTreeRegressor; tolerance 1e-12, nodes equal. Its ties are random, these trees have none.
  it.each([
    [
      { maxDepth: 6, minLeafRows: 4 },
      49,
      [
        0.2570215358873913, 1.2021586540095675, 1.0226771628916014, -0.3272800269884047,
        0.677128410138837, 1.0226771628916014, 0.7249674766045109, -0.5900135172058176,
        0.8135192515086996, 1.357369155959948, 0.4921696905304696, -0.7307092257589273,
      ],
    ],
    [
      { maxDepth: 4, minSplitRows: 20 },
      17,
      [
        0.4057147722981235, 1.1213568577824597, 1.1213568577824597, -0.32105514899807924,
        0.7981976963272426, 1.1213568577824597, 0.544500835889106, -0.5488508799057469,
        0.7981976963272426, 1.1213568577824597, 0.544500835889106, -0.8458902031890734,
      ],
    ],
    [
      { minLeafRows: 7 },
      33,
      [
        0.4057147722981235, 1.1879196091396067, 1.0826996765412382, -0.27756650365415964,
        0.677128410138837, 1.009292444521599, 0.6619479807897783, -0.6547226938507086,
        0.8752417875380462, 1.3208631718370891, 0.38301101165068147, -0.8458902031890734,
      ],
    ],
  ])('limited by %o', (limits, nodeCount, expected) => {
    for (const seed of [1, 2]) {
      const forest = fitForest(tableOf(points), values, { ...oneTree, ...limits }, stream(seed))
      expect(forest.trees[0]?.nodeCount).toBe(nodeCount)
      meansAt(forest, queries).forEach((mean, at) => {
        expect(Math.abs(mean - (expected[at] as number))).toBeLessThan(1e-12)
      })
    }
  })

  it('grown to single rows', () => {
    const first = points.map(point => point.slice(0, 1))
    const forest = fitForest(tableOf(first), values, oneTree, stream(1))
    const expected = [
      0.21281324068205582, 0.9755775893320815, 1.1975282856552834, -0.4643893064183106,
      1.1618621736737595, 1.2250464500410907, 0.7029114133746612, -0.6406759805340672,
      0.6437643278121133, 1.0098062863698751, 0.26250416822150174, -0.4391563510296199,
    ]
    expect(forest.trees[0]?.nodeCount).toBe(299)
    meansAt(forest, queries).forEach((mean, at) => {
      expect(Math.abs(mean - (expected[at] as number))).toBeLessThan(1e-12)
    })
  })

  it('and then knows every row by heart', () => {
    const forest = fitForest(tableOf(points), values, oneTree, stream(1))
    meansAt(forest, points).forEach((mean, row) => {
      expect(mean).toBeCloseTo(values[row] as number, 12)
    })
  })
})

describe('a forest predicts as well as scikit-learn 1.9.1', () => {
  const weyl = (count: number, width: number, offset: number): number[][] =>
    Array.from({ length: count }, (_, i) =>
      [2, 3, 5, 7, 11, 13, 17, 19, 23, 29].slice(0, width).map(p => ((i + offset) * p ** 0.5) % 1),
    )
  /** Friedman's first function: five of ten features matter. */
  const friedman = (points: number[][]): number[] =>
    points.map(
      ([a = 0, b = 0, c = 0, d = 0, e = 0]) =>
        10 * Math.sin(Math.PI * a * b) + 20 * (c - 0.5) ** 2 + 10 * d + 5 * e,
    )

  function explained(predicted: readonly number[], truth: readonly number[]): number {
    const mean = truth.reduce((sum, value) => sum + value, 0) / truth.length
    const squares = (other: (at: number) => number): number =>
      truth.reduce((sum, value, at) => sum + (value - other(at)) ** 2, 0)
    return 1 - squares(at => predicted[at] as number) / squares(() => mean)
  }

  function meanExplained(
    table: FeatureTable,
    targets: readonly number[],
    options: Partial<ForestOptions>,
    queries: readonly number[][],
    truth: readonly number[],
  ): number {
    const seeds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    const results = seeds.map(seed => {
      const all = { ...oneTree, trees: 50, ...options }
      const forest = fitForest(table, Float64Array.from(targets), all, stream(seed))
      return explained(meansAt(forest, queries), truth)
    })
    return results.reduce((sum, value) => sum + value / seeds.length, 0)
  }

  // Means of 20 seeds there, their deviations 0.006, 0.008 and 0.005; ten seeds here must agree within 0.01.
  it.each([
    ['RandomForestRegressor(50)', { bootstrap: true }, 0.7423],
    [
      'RandomForestRegressor(50, max_features=0.34)',
      { bootstrap: true, featuresPerSplit: 3 },
      0.7286,
    ],
    ['ExtraTreesRegressor(50)', { thresholds: 'random' }, 0.795],
  ] as const)('%s', (_, options, expected) => {
    const train = weyl(200, 10, 1)
    const test = weyl(500, 10, 1001)
    const r2 = meanExplained(tableOf(train), friedman(train), options, test, friedman(test))
    expect(Math.abs(r2 - expected)).toBeLessThan(0.01)
  })

  it('on categories, without dummy columns', () => {
    const effect = [0, 3, 1, 7, 2, 5, 4]
    const make = (count: number, ratio: number, offset: number): number[][] =>
      weyl(count, 2, offset).map((x, i) => [Math.floor(i * ratio) % 7, ...x])
    const value = ([c = 0, x = 0]: number[]): number => (effect[c] as number) + 4 * x * (c % 2)
    const train = make(300, 2.618, 1)
    const test = make(400, 1.618, 2001)
    const table = tableOf(train, [7])
    for (const thresholds of ['midpoint', 'between'] as const) {
      const r2 = meanExplained(
        table,
        train.map(value),
        { bootstrap: true, thresholds },
        test,
        test.map(value),
      )
      // One-hot columns in RandomForestRegressor(50): 0.99982.
      expect(r2).toBeGreaterThan(0.9995)
    }
  })
})

describe('a forest', () => {
  const forestOptions: ForestOptions = {
    ...oneTree,
    trees: 20,
    bootstrap: true,
    thresholds: 'between',
  }

  it('is a function of its data and its random stream', () => {
    const fit = (seed: number) => fitForest(tableOf(points), values, forestOptions, stream(seed))
    expect(fit(1)).toEqual(fit(1))
    expect(fit(1)).not.toEqual(fit(2))
  })

  it('is least certain between the rows, and moves evenly from one to the next', () => {
    const table = tableOf([[0], [1]])
    const options = { ...forestOptions, trees: 2000, bootstrap: false }
    const forest = fitForest(table, Float64Array.of(0, 1), options, stream(3))
    for (const x of [0, 0.25, 0.5, 0.75, 1]) {
      const { mean, variance } = predictForest(forest, [x])
      expect(Math.abs(mean - x)).toBeLessThan(0.04)
      expect(Math.abs(variance - x * (1 - x))).toBeLessThan(0.02)
    }
  })

  it('adds the variance within leaves to that between trees', () => {
    const targets = Float64Array.of(1, 3, 10, 14)
    const table = tableOf([[0], [0], [1], [1]])
    const forest = fitForest(table, targets, oneTree, stream(1))
    expect(predictForest(forest, [0])).toEqual({ mean: 2, variance: 1 })
    expect(predictForest(forest, [1])).toEqual({ mean: 12, variance: 4 })
  })

  it('keeps small variances of large targets', () => {
    // One feature: no ties between features, which rounding would settle in another way.
    const table = tableOf(points.map(point => point.slice(0, 1)))
    const far = values.map(value => value + 1e9)
    const near = fitForest(table, values, forestOptions, stream(4))
    const shifted = fitForest(table, far, forestOptions, stream(4))
    for (const query of queries) {
      const a = predictForest(near, query)
      const b = predictForest(shifted, query)
      expect(Math.abs(b.mean - 1e9 - a.mean)).toBeLessThan(1e-6)
      expect(Math.abs(b.variance - a.variance)).toBeLessThan(1e-6)
    }
  })

  it('is unsure about categories that it has not seen', () => {
    const table = tableOf([[0], [0], [40], [40]], [70])
    const targets = Float64Array.of(0, 0, 1, 1)
    const forest = fitForest(table, targets, { ...oneTree, trees: 400 }, stream(5))
    expect(predictForest(forest, [0])).toEqual({ mean: 0, variance: 0 })
    expect(predictForest(forest, [40])).toEqual({ mean: 1, variance: 0 })
    for (const category of [1, 31, 32, 69]) {
      expect(Math.abs(predictForest(forest, [category]).mean - 0.5)).toBeLessThan(0.1)
    }
  })

  it('splits where a single feature tells nothing', () => {
    const table = tableOf([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ])
    const forest = fitForest(table, Float64Array.of(0, 1, 1, 0), oneTree, stream(1))
    expect(
      meansAt(forest, [
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1],
      ]),
    ).toEqual([0, 1, 1, 0])
  })

  it('of one row, or of equal ones, is a constant', () => {
    for (const rows of [
      [[2, 3]],
      [
        [2, 3],
        [2, 3],
      ],
    ]) {
      const targets = new Float64Array(rows.length).fill(7)
      const forest = fitForest(tableOf(rows), targets, forestOptions, stream(1))
      expect(predictForest(forest, [9, 9])).toEqual({ mean: 7, variance: 0 })
    }
  })

  it('refuses targets that are not numbers', () => {
    const fit = (targets: Float64Array) => () =>
      fitForest(tableOf([[0], [1]]), targets, oneTree, stream(1))
    expect(fit(Float64Array.of(0, Number.NaN))).toThrow('finite')
    expect(fit(Float64Array.of(0))).toThrow('equal')
  })
})
