import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { balancedClassWeights } from '../../../../src-main/training/data/class-weights.ts'
import { takeFold, type FoldedRows } from '../../../../src-main/training/data/folds.ts'
import type { Split } from '../../../../src-main/training/data/split.ts'
import { createClassSource } from '../../../../src-main/training/data/table-source.ts'
import golden from '../../../fixtures/data/folds.generated.json' with { type: 'json' }
import { catchAppError } from '../../../helpers/catch-error.ts'

/** Rows 0 … rows − 1 of which every fifth is a test row and every fourth of the others validates. */
function splitOf(rows: number): Split {
  const all = Array.from({ length: rows }, (_, row) => row)
  const part = (keep: (row: number) => boolean) => Int32Array.from(all.filter(keep))
  return {
    test: part(row => row % 5 === 0),
    validation: part(row => row % 5 !== 0 && row % 4 === 1),
    train: part(row => row % 5 !== 0 && row % 4 !== 1),
  }
}

const folds = (split: Split, count: number, rows: Partial<FoldedRows> = {}) =>
  Array.from({ length: count }, (_, index) =>
    takeFold(
      split,
      { index, count },
      {
        strata: null,
        groups: null,
        times: null,
        embargo: 0,
        seed: 4,
        source: 'rows',
        ...rows,
      },
    ),
  )

const sorted = (rows: Iterable<number>) => [...rows].sort((a, b) => a - b)

describe('takeFold', () => {
  it('leaves the split as it is without folds', () => {
    const split = splitOf(20)
    const rows = { strata: null, groups: null, times: null, embargo: 0, seed: 1, source: 'rows' }
    expect(takeFold(split, null, rows)).toBe(split)
  })

  it('lets every row validate once and train otherwise, with test rows apart', () => {
    const property = fc.property(
      fc.integer({ min: 2, max: 6 }),
      fc.integer({ min: 30, max: 200 }),
      fc.integer({ min: 1, max: 4 }),
      (count, rows, classes) => {
        const split = splitOf(rows)
        const strata = Int32Array.from({ length: rows }, (_, row) => (row * 7) % classes)
        const pool = sorted([...split.train, ...split.validation])
        const fewest = Math.min(
          ...Array.from({ length: classes }, (_, label) =>
            pool.reduce((sum, row) => sum + Number(strata[row] === label), 0),
          ),
        )
        fc.pre(fewest >= count)
        const made = folds(split, count, { strata })
        expect(sorted(made.flatMap(({ validation }) => [...validation]))).toEqual(pool)
        for (const fold of made) {
          expect(fold.test).toBe(split.test)
          expect(sorted([...fold.train, ...fold.validation])).toEqual(pool)
          expect([...fold.train]).toEqual(sorted(fold.train))
        }
        for (let label = -1; label < classes; label++) {
          const sizes = made.map(({ validation }) =>
            validation.reduce((sum, row) => sum + Number(label < 0 || strata[row] === label), 0),
          )
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
        }
      },
    )
    fc.assert(property, { seed: 5, numRuns: 100 })
  })

  it('depends on the seed alone', () => {
    const draw = (seed: number) => folds(splitOf(60), 3, { seed }).map(fold => [...fold.validation])
    expect(draw(1)).toEqual(draw(1))
    expect(draw(1)).not.toEqual(draw(2))
  })

  it('keeps groups together and folds alike in size', () => {
    const groups = Int32Array.from({ length: 100 }, (_, row) => Math.floor(row / 10))
    const made = folds(splitOf(100), 5, { groups })
    const owners = made.map(({ validation }) => new Set(Array.from(validation, row => groups[row])))
    expect(owners.map(({ size }) => size)).toEqual([2, 2, 2, 2, 2])
    expect(new Set(owners.flatMap(set => [...set])).size).toBe(10)
  })

  it('refuses more folds than a class has rows, or than there are groups', async () => {
    const strata = Int32Array.from({ length: 50 }, (_, row) => Number(row < 3))
    const few = await catchAppError(() => folds(splitOf(50), 4, { strata }))
    expect(few).toMatchObject({
      code: 'data.invalid',
      detail: { field: 'class 1: rows', value: 2 },
    })
    const groups = new Int32Array(50).fill(1, 30)
    const grouped = await catchAppError(() => folds(splitOf(50), 3, { groups }))
    expect(grouped).toMatchObject({ code: 'data.invalid', detail: { field: 'groups', value: 2 } })
  })
})

describe('folds beside those of scikit-learn', () => {
  const all = (rows: number): Split => ({
    train: Int32Array.from({ length: rows }, (_, row) => row),
    validation: new Int32Array(),
    test: new Int32Array(),
  })
  const validating = (parts: readonly Split[]) => parts.map(({ validation }) => [...validation])

  it.each(golden.times)(
    'are those of TimeSeriesSplit, the latest first: $rows rows in $folds',
    ({ rows, folds: count, validation }) => {
      const times = Float64Array.from({ length: rows }, (_, row) => row)
      const parts = folds(all(rows), count, { times })
      expect(validating(parts)).toEqual(validation.toReversed())
      for (const { train, validation: later } of parts)
        expect([...train]).toEqual(Array.from({ length: later[0] ?? 0 }, (_, row) => row))
    },
  )

  it.each(golden.gaps)(
    'leave out as many rows as TimeSeriesSplit with a gap: $rows rows in $folds, gap $gap',
    ({ rows, folds: count, gap, train, validation }) => {
      const times = Float64Array.from({ length: rows }, (_, row) => row)
      const parts = folds(all(rows), count, { times, embargo: gap })
      expect(validating(parts)).toEqual(validation.toReversed())
      expect(parts.map(part => [...part.train])).toEqual(train.toReversed())
    },
  )

  it.each(golden.groups.folds)(
    'are those of GroupKFold: $folds folds',
    ({ folds: count, validation }) => {
      const groups = Int32Array.from(golden.groups.groups)
      expect(validating(folds(all(groups.length), count, { groups }))).toEqual(validation)
    },
  )
})

describe('balancedClassWeights', () => {
  it("are those of scikit-learn's compute_class_weight('balanced')", () => {
    const labels = Int32Array.of(0, 0, 0, 0, 0, 1, 1, 2)
    const source = createClassSource(new Float32Array(8), 1, labels, 3)
    const expected = [0.5333333333, 1.3333333333, 2.6666666667]
    balancedClassWeights(source).forEach((weight, at) => {
      expect(weight).toBeCloseTo(expected[at] ?? Number.NaN, 6)
    })
  })
})

describe('folds of rows with times', () => {
  it('validate on what comes after everything that trains, the first one on the latest', () => {
    const split = splitOf(100)
    // Latest first, four rows a time.
    const times = Float64Array.from({ length: 100 }, (_, row) => 100 - Math.floor(row / 4))
    const parts = folds(split, 4, { times })
    const timesOf = (rows: Int32Array): number[] => [...rows].map(row => times[row]!)
    for (const { train, validation, test } of parts) {
      expect(Math.max(...timesOf(train))).toBeLessThan(Math.min(...timesOf(validation)))
      expect(test).toBe(split.test)
      expect(validation.length).toBeGreaterThan(10)
    }
    const ends = parts.map(({ validation }) => Math.max(...timesOf(validation)))
    expect(ends).toEqual([...ends].sort((a, b) => b - a))
    const [first] = parts
    expect(sorted([...first!.train, ...first!.validation])).toEqual(
      sorted([...split.train, ...split.validation]),
    )
    const validated = parts.flatMap(({ validation }) => [...validation])
    expect(new Set(validated).size).toBe(validated.length)
  })

  it('leave out whole times, take back what the embargo of the split left out, and need rows to train', async () => {
    const times = Float64Array.from({ length: 60 }, (_, row) => Math.floor(row / 3))
    const split = {
      train: Int32Array.from({ length: 30 }, (_, row) => row),
      validation: Int32Array.from({ length: 12 }, (_, row) => 36 + row),
      test: Int32Array.from({ length: 6 }, (_, row) => 54 + row),
    }
    const [first] = folds(split, 2, { times, embargo: 4 })
    expect([...first!.validation]).toEqual(Array.from({ length: 15 }, (_, at) => 33 + at))
    // Four rows are one time and a part of the one before.
    expect([...first!.train]).toEqual(Array.from({ length: 27 }, (_, row) => row))
    const error = await catchAppError(() => folds(split, 2, { times, embargo: 20 }))
    expect(error).toMatchObject({ detail: { field: 'objective.data.embargo', value: 20 } })
  })

  it('need a time more than folds', async () => {
    const split = splitOf(20)
    const times = Float64Array.from({ length: 20 }, (_, row) => row % 3)
    expect(folds(split, 2, { times })).toHaveLength(2)
    const error = await catchAppError(() => folds(split, 3, { times }))
    expect(error).toMatchObject({ code: 'data.invalid', detail: { field: 'times', value: 3 } })
  })
})
