import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { imageDataSchema, tableDataSchema } from '../../../../src-main/core/data/data-settings.ts'
import type { DatasetManifest } from '../../../../src-main/core/data/dataset.ts'
import { apportion } from '../../../../src-main/training/data/apportion.ts'
import {
  drawSplit,
  planClassSplit,
  planTableSplit,
} from '../../../../src-main/training/data/split.ts'
import { catchAppError } from '../../../helpers/catch-error.ts'

function imageManifest(counts: number[], testCounts: number[] | null): DatasetManifest {
  return {
    format: 1,
    kind: 'image',
    contentHash: '',
    properties: { source: 'digits' },
    schema: {
      imageShape: [2, 2, 1],
      classNames: counts.map((_, index) => `class ${index}`),
      classCounts: counts,
      testClassCounts: testCounts,
      groupCounts: null,
    },
    arrays: [],
  }
}

function tableManifest(classCounts: number[] | null, rows: number): DatasetManifest {
  return {
    format: 1,
    kind: 'table',
    contentHash: '',
    properties: { source: 'table.csv' },
    schema: {
      problem: classCounts === null ? 'regression' : 'classification',
      target: 'y',
      classNames: classCounts === null ? null : classCounts.map((_, index) => `c${index}`),
      classCounts,
      rows,
      numeric: [],
      categorical: [],
      ignored: [],
    },
    arrays: [],
  }
}

const image = (data: object) => imageDataSchema.parse({ source: 'mnist', ...data })
const table = (data: object) => tableDataSchema.parse({ file: 'x', target: 'y', ...data })
const labelsOf = (counts: number[]) =>
  Int32Array.from(counts.flatMap((count, label) => new Array<number>(count).fill(label)))

describe('apportion', () => {
  it('shares by rounded quotients', () => {
    // Quotas 4.16, 3.30, 1.56, 0.98.
    expect(apportion([416, 330, 156, 98], [416, 330, 156, 98], 10)).toEqual([4, 3, 2, 1])
    // By the quotients 6 / 4.5 = 6 / 4.5 = 2 / 1.5 the rows after the ninth go to the strata in turn.
    expect(apportion([6, 6, 2], [6, 6, 2], 9)).toEqual([4, 4, 1])
    expect(apportion([6, 6, 2], [6, 6, 2], 10)).toEqual([5, 4, 1])
    expect(apportion([6, 6, 2], [6, 6, 2], 12)).toEqual([5, 5, 2])
  })

  it('gives no stratum less of a larger total', () => {
    // With the largest remainder, 10 rows of 6 : 6 : 2 are 4, 4, 2 and 11 rows 5, 5, 1.
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 2, maxLength: 7 }),
        counts => {
          const most = counts.reduce((a, b) => a + b, 0)
          let before = counts.map(() => 1)
          for (let total = counts.length; total <= most; total++) {
            const shares = apportion(counts, counts, total) ?? []
            expect(shares.every((share, index) => share >= (before[index] ?? 0))).toBe(true)
            before = shares
          }
          expect(before).toEqual(counts)
        },
      ),
      { seed: 6, numRuns: 200 },
    )
  })

  it('gives every stratum a row', () => {
    expect(apportion([1000, 1, 1], [1000, 1, 1], 10)).toEqual([8, 1, 1])
  })

  it('keeps sum and bounds whenever they can be kept', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 0, max: 20 })), {
          minLength: 1,
          maxLength: 12,
        }),
        fc.integer({ min: 0, max: 6_000 }),
        (strata, total) => {
          const counts = strata.map(([count]) => count)
          const capacities = strata.map(([count, retainedRows]) => count - retainedRows)
          const shares = apportion(counts, capacities, total)
          const possible =
            capacities.every(capacity => capacity >= 1) &&
            total >= counts.length &&
            total <= capacities.reduce((a, b) => a + b, 0)
          expect(shares !== null).toBe(possible)
          if (shares === null) return
          expect(shares.reduce((a, b) => a + b, 0)).toBe(total)
          expect(shares.every((share, i) => share >= 1 && share <= (capacities[i] ?? 0))).toBe(true)
        },
      ),
      { seed: 5, numRuns: 500 },
    )
  })
})

describe('planClassSplit', () => {
  const mnist = imageManifest([30_000, 30_000], [5_000, 5_000])

  it('has the documented defaults', () => {
    expect(planClassSplit(mnist, image({}))).toEqual({
      train: [29_000, 29_000],
      validation: [1_000, 1_000],
      test: [5_000, 5_000],
      separateTest: true,
    })
  })

  it('takes a fifth of a small set for validation', () => {
    const plan = planClassSplit(imageManifest([50, 50], [10, 10]), image({}))
    expect(plan).toMatchObject({ train: [40, 40], validation: [10, 10], test: [10, 10] })
  })

  it('takes test rows from training where there are no test images', () => {
    const plan = planClassSplit(imageManifest([50, 50], null), image({ validation: 10 }))
    expect(plan).toMatchObject({ train: [35, 35], validation: [5, 5], test: [10, 10] })
    expect(plan.separateTest).toBe(false)
  })

  const impossible: [string, number[], number[] | null, object, string, unknown][] = [
    ['too many training rows', [50, 50], [9, 9], { train: 81 }, 'objective.data.train', 81],
    [
      'too many validation rows',
      [50, 50],
      [9, 9],
      { validation: 99 },
      'objective.data.validation',
      99,
    ],
    ['too many test rows', [50, 50], [9, 9], { test: 19 }, 'objective.data.test', 19],
    ['fewer rows than classes', [50, 50], [9, 9], { train: 1 }, 'objective.data.train', 1],
    ['a class too small for every part', [50, 2], null, {}, 'classes.class 1', 2],
    ['a class without test images', [50, 50], [9, 0], {}, 'classes.class 1', 0],
  ]
  it.each(impossible)('refuses %s', async (_name, counts, testCounts, data, field, value) => {
    const error = await catchAppError(() =>
      planClassSplit(imageManifest(counts, testCounts), image(data)),
    )
    expect(error.code).toBe('data.invalid')
    expect(error.detail).toMatchObject({ path: 'digits', field, value })
  })

  it('refuses a table', async () => {
    const error = await catchAppError(() => planClassSplit(tableManifest(null, 9), image({})))
    expect(error.code).toBe('data.invalid')
  })
})

describe('planTableSplit', () => {
  it('takes shares and counts', () => {
    expect(planTableSplit(tableManifest(null, 100), table({ validation: 0.25, test: 7 }))).toEqual({
      train: [68],
      validation: [25],
      test: [7],
      separateTest: false,
    })
    expect(planTableSplit(tableManifest([70, 30], 100), table({ train: 0.5 }))).toEqual({
      train: [35, 15],
      validation: [14, 6],
      test: [14, 6],
      separateTest: false,
    })
  })
})

describe('drawSplit', () => {
  const counts = [40, 25, 10]
  const labels = labelsOf(counts)
  const manifest = tableManifest(counts, 75)
  const draw = (data: object, seed: number) =>
    drawSplit(planTableSplit(manifest, table(data)), labels, 75, null, seed)

  it('puts every row into one part, with the classes in proportion', () => {
    const split = draw({}, 3)
    const all = [...split.train, ...split.validation, ...split.test]
    expect(all.sort((a, b) => a - b)).toEqual([...labels.keys()])
    const classesOf = (rows: Int32Array) =>
      [0, 1, 2].map(label => rows.filter(row => labels[row] === label).length)
    expect(classesOf(split.validation)).toEqual([8, 5, 2])
    expect(classesOf(split.train)).toEqual([24, 15, 6])
  })

  it('is a function of the seed', () => {
    expect(draw({}, 3)).toEqual(draw({}, 3))
    expect(draw({}, 3).validation).not.toEqual(draw({}, 4).validation)
  })

  it('does not change validation and test with the size of training; larger contains smaller', () => {
    const small = draw({ train: 20 }, 9)
    const large = draw({ train: 40 }, 9)
    expect(small.validation).toEqual(large.validation)
    expect(small.test).toEqual(large.test)
    const inLarge = new Set(large.train)
    expect([...small.train].every(row => inLarge.has(row))).toBe(true)
  })

  it('draws separate test rows from their own arrays', () => {
    const testLabels = labelsOf([5, 5])
    const plan = planClassSplit(imageManifest([10, 10], [5, 5]), image({ test: 4, validation: 4 }))
    const split = drawSplit(plan, labelsOf([10, 10]), 20, testLabels, 1)
    expect(split.test).toHaveLength(4)
    expect(split.test.filter(row => testLabels[row] === 0)).toHaveLength(2)
    expect(split.train.length + split.validation.length).toBe(20)
  })
})
