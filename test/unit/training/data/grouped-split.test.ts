import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DatasetManifest } from '../../../../src-main/core/data/dataset.ts'
import { checkClassSplit, splitClasses } from '../../../../src-main/training/data/class-split.ts'
import { drawGroupedSplit } from '../../../../src-main/training/data/grouped-split.ts'
import { catchAppError } from '../../../helpers/catch-error.ts'

const manifestOf = (classCounts: number[], groupCounts: number[] | null): DatasetManifest => ({
  format: 1,
  kind: 'image',
  contentHash: '',
  properties: { source: 'faces' },
  schema: {
    imageShape: [1, 1, 1],
    classNames: classCounts.map((_, index) => `class ${index}`),
    classCounts,
    testClassCounts: null,
    groupCounts,
  },
  arrays: [],
})

const rowsOf = (counts: readonly number[]) =>
  Int32Array.from(counts.flatMap((count, group) => new Array<number>(count).fill(group)))

const sizes = { train: undefined, validation: 0.25, test: 0.25 }
const draw = (counts: number[], seed: number, change: object = {}) =>
  drawGroupedSplit(
    manifestOf([1, 1], counts),
    rowsOf(counts),
    counts.length,
    { ...sizes, ...change },
    seed,
  )

describe('drawGroupedSplit', () => {
  it('puts every row into one part and no group into two', () => {
    const counts = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 3, maxLength: 12 })
    fc.assert(
      fc.property(counts, fc.integer({ min: 0, max: 1e6 }), (groupCounts, seed) => {
        const groups = rowsOf(groupCounts)
        const split = draw(groupCounts, seed)
        const parts = [split.train, split.validation, split.test]
        expect(parts.flatMap(part => [...part]).sort((a, b) => a - b)).toEqual([...groups.keys()])
        const seen = parts.map(part => new Set(Array.from(part, row => groups[row])))
        expect(seen.every(set => set.size > 0)).toBe(true)
        expect(seen.reduce((sum, set) => sum + set.size, 0)).toBe(groupCounts.length)
      }),
      { seed: 3, numRuns: 200 },
    )
  })

  it('meets sizes that whole groups allow', () => {
    const split = draw([10, 10, 10, 10], 5)
    expect([split.train, split.validation, split.test].map(part => part.length)).toEqual([
      20, 10, 10,
    ])
  })

  it('depends on the seed, which draws every group for the test now and then', () => {
    const tested = Array.from({ length: 40 }, (_, seed) => draw([5, 5, 5, 5], seed).test[0])
    expect(new Set(tested)).toEqual(new Set([0, 5, 10, 15]))
    expect(draw([5, 5, 5, 5], 7)).toEqual(draw([5, 5, 5, 5], 7))
  })

  it('draws as many training rows as were asked for from all groups that remain', () => {
    const split = draw([10, 10, 10, 10], 5, { train: 8 })
    const all = draw([10, 10, 10, 10], 5)
    expect(split.train).toHaveLength(8)
    expect(split.train.every(row => all.train.includes(row))).toBe(true)
    expect(split.test).toEqual(all.test)
  })

  it('refuses two groups', async () => {
    const error = await catchAppError(() => draw([4, 4], 1))
    expect(error.detail).toMatchObject({ path: 'faces', field: 'groups', value: 2 })
    const manifest = manifestOf([4, 4], [4, 4])
    const before = await catchAppError(() => {
      checkClassSplit(manifest, {})
    })
    expect(before.detail).toEqual(error.detail)
  })
})

describe('splitClasses', () => {
  it('keeps groups apart where rows have groups, else shares classes evenly', () => {
    const labels = Int32Array.of(0, 1, 0, 1, 0, 1, 0, 1)
    const groups = Int32Array.of(0, 0, 1, 1, 2, 2, 3, 3)
    const grouped = splitClasses(
      manifestOf([4, 4], [2, 2, 2, 2]),
      { validation: 2, test: 2 },
      { labels, testLabels: null, groups },
      1,
    )
    expect((grouped.test[0] ?? 1) % 2).toBe(0)
    expect(grouped.test[1]).toBe((grouped.test[0] ?? 0) + 1)
    const even = splitClasses(
      manifestOf([4, 4], null),
      { validation: 2, test: 2 },
      { labels, testLabels: null, groups: null },
      1,
    )
    expect(Array.from(even.test, row => labels[row]).sort()).toEqual([0, 1])
  })

  it('refuses a class that no training group has', async () => {
    const labels = Int32Array.of(0, 1, 2)
    const groups = Int32Array.of(0, 1, 2)
    const error = await catchAppError(() =>
      splitClasses(
        manifestOf([1, 1, 1], [1, 1, 1]),
        { validation: 1, test: 1 },
        { labels, testLabels: null, groups },
        1,
      ),
    )
    expect(error.code).toBe('data.invalid')
    expect((error.detail as { field: string }).field).toMatch(/^classes\.class [0-2]$/)
  })
})
