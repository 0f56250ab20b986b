import { describe, expect, it } from 'vitest'
import { tableDataSchema } from '../../../../src-main/core/data/data-settings.ts'
import type { DatasetManifest } from '../../../../src-main/core/data/dataset.ts'
import { findLeaks } from '../../../../src-main/training/data/find-leaks.ts'
import { splitTable } from '../../../../src-main/training/data/table-split.ts'
import { catchAppError } from '../../../helpers/catch-error.ts'

function manifest(rows: number, decides: object, classNames: string[] | null = null) {
  const schema = {
    problem: classNames === null ? 'regression' : 'classification',
    target: 'y',
    classNames,
    classCounts: classNames?.map(() => rows / classNames.length) ?? null,
    rows,
    numeric: [],
    categorical: [],
    ignored: [],
    ...decides,
  }
  return {
    format: 1,
    kind: 'table',
    contentHash: '',
    properties: {},
    schema,
    arrays: [],
  } as DatasetManifest
}

const settings = (keys: object) => tableDataSchema.parse({ file: 'f', target: 'y', ...keys })
const none = { classes: null, groups: null, times: null }

describe('splitTable by time', () => {
  const times = Float64Array.from({ length: 100 }, (_, row) => (row * 37) % 100)
  const byTime = (keys: object = {}) =>
    splitTable(manifest(100, { time: 't' }), settings(keys), { ...none, times }, 1)
  const span = (rows: Int32Array) => {
    const partTimes = Array.from(rows, row => times[row] as number)
    return [Math.min(...partTimes), Math.max(...partTimes), partTimes.length]
  }

  it('tests on the latest rows and trains on the earliest', () => {
    const split = byTime()
    expect(span(split.train)).toEqual([0, 59, 60])
    expect(span(split.validation)).toEqual([60, 79, 20])
    expect(span(split.test)).toEqual([80, 99, 20])
  })

  it('keeps of fewer training rows the latest', () => {
    expect(span(byTime({ train: 10 }).train)).toEqual([50, 59, 10])
  })

  it('leaves out rows before validation and test, whole times of them', async () => {
    const split = byTime({ time: 't', embargo: 5 })
    expect(span(split.test)).toEqual([80, 99, 20])
    expect(span(split.validation)).toEqual([55, 74, 20])
    expect(span(split.train)).toEqual([0, 49, 50])
    const weeks = times.map(time => Math.floor(time / 4))
    const whole = splitTable(
      manifest(100, { time: 't' }),
      settings({ time: 't', embargo: 5 }),
      { ...none, times: weeks },
      1,
    )
    expect([whole.train, whole.validation, whole.test].map(rows => rows.length)).toEqual([
      44, 20, 20,
    ])
    const error = await catchAppError(() => byTime({ time: 't', embargo: 50 }))
    expect(error.detail).toMatchObject({ field: 'objective.data.embargo', value: 50 })
  })

  it('keeps rows of one time together', () => {
    const years = Float64Array.from({ length: 30 }, (_, row) => 2000 + Math.floor(row / 10))
    const split = splitTable(
      manifest(30, { time: 't' }),
      settings({ test: 0.4 }),
      { ...none, times: years },
      1,
    )
    expect([split.train.length, split.validation.length, split.test.length]).toEqual([10, 10, 10])
  })

  it('refuses fewer than three times, and a class that is in no training row', async () => {
    const two = await catchAppError(() =>
      splitTable(
        manifest(4, { time: 't' }),
        settings({}),
        { ...none, times: Float64Array.of(1, 1, 2, 2) },
        1,
      ),
    )
    expect(two.detail).toMatchObject({ field: 'objective.data.time', value: 2 })
    const late = await catchAppError(() =>
      splitTable(
        manifest(4, { time: 't' }, ['a', 'b']),
        settings({ validation: 1, test: 1 }),
        { ...none, times: Float64Array.of(1, 2, 3, 4), classes: Int32Array.of(0, 0, 1, 1) },
        1,
      ),
    )
    expect(late.detail).toMatchObject({ field: 'classes.b' })
  })
})

describe('splitTable by group', () => {
  it('keeps groups whole, drawn by the seed', () => {
    const groups = Int32Array.from({ length: 60 }, (_, row) => row % 12)
    const draw = (seed: number) =>
      splitTable(manifest(60, { groupCount: 12 }), settings({}), { ...none, groups }, seed)
    const { train, validation, test } = draw(1)
    const partGroups = [train, validation, test].map(
      rows => new Set(Array.from(rows, row => groups[row])),
    )
    expect(partGroups.reduce((sum, { size }) => sum + size, 0)).toBe(12)
    expect(train.length + validation.length + test.length).toBe(60)
    expect(draw(1)).toEqual({ train, validation, test })
    expect(draw(2)).not.toEqual({ train, validation, test })
  })

  it('refuses an embargo of rows without times', () => {
    const problem = tableDataSchema.safeParse({ file: 'f', target: 'y', embargo: 3 })
    expect(problem.error?.issues[0]).toMatchObject({ path: ['embargo'] })
  })

  it('refuses group and time together', () => {
    const both = tableDataSchema.safeParse({ file: 'f', target: 'y', group: 'g', time: 't' })
    expect(both.error?.issues[0]).toMatchObject({ path: ['time'] })
  })
})

describe('findLeaks', () => {
  it('counts rows whose content an earlier part has', () => {
    // Rows 0, 3 and 5 are alike, and 1 and 4.
    const firsts = Int32Array.of(0, 1, 2, 0, 1, 0)
    const split = {
      train: Int32Array.of(0, 2),
      validation: Int32Array.of(1, 3),
      test: Int32Array.of(4, 5),
    }
    expect(findLeaks(firsts, split, 0)).toEqual([
      { kind: 'duplicates', from: 'train', to: 'validation', rows: 1, of: 2 },
      { kind: 'duplicates', from: 'train', to: 'test', rows: 1, of: 2 },
      { kind: 'duplicates', from: 'validation', to: 'test', rows: 2, of: 2 },
    ])
  })

  it('finds test rows of their own behind the training rows', () => {
    const split = {
      train: Int32Array.of(0),
      validation: Int32Array.of(1),
      test: Int32Array.of(0, 1),
    }
    expect(findLeaks(Int32Array.of(0, 1, 0, 3), split, 2)).toEqual([
      { kind: 'duplicates', from: 'train', to: 'test', rows: 1, of: 2 },
    ])
  })
})

describe('splitTable with a test file', () => {
  const rows = 40
  const testFileOptions = { testRows: 10 }
  const names = ['a', 'b']
  const parts = (split: ReturnType<typeof splitTable>) =>
    [split.train, split.validation, split.test].map(part => part.length)

  it.each([
    ['by classes', { ...testFileOptions, classCounts: [15, 15] }, names, {}],
    [
      'by time',
      { ...testFileOptions, time: 't' },
      null,
      { times: Float64Array.from({ length: rows }, (_, row) => row) },
    ],
    [
      'by groups',
      { ...testFileOptions, groupCount: 10 },
      null,
      { groups: Int32Array.from({ length: rows }, (_, row) => Math.floor(row / 4)) },
    ],
  ])('takes all of its rows as the test part: %s', (_name, decides, classNames, columns) => {
    const classes =
      classNames === null ? null : Int32Array.from({ length: rows }, (_, row) => row % 2)
    const split = splitTable(
      manifest(rows, decides, classNames),
      settings({}),
      { ...none, classes, ...columns },
      1,
    )
    expect([...split.test]).toEqual(Array.from({ length: 10 }, (_, row) => 30 + row))
    expect(Math.max(...split.train, ...split.validation)).toBe(29)
    expect(parts(split).reduce((sum, count) => sum + count)).toBe(rows)
  })
})
