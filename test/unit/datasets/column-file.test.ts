import { msg } from '../../../src-main/core/errors/message.ts'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { ColumnFile } from '../../../src-main/datasets/column-file.ts'
import { DatasetDraft } from '../../../src-main/datasets/dataset-draft.ts'
import { DuplicateFinder } from '../../../src-main/datasets/find-duplicates.ts'
import { TextNumbers } from '../../../src-main/datasets/text-numbers.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

describe('an array file', () => {
  it('holds what was appended in small and large pieces, and what was put over it', () => {
    const draft = new DatasetDraft(scratch(), 'key')
    const file = draft.array('values', 'int32')
    const all = Int32Array.from({ length: 700_000 }, (_, index) => index * 3)
    const cuts = [0, 1, 5, 400_000, 400_001, 699_999, 700_000]
    for (const [index, cut] of cuts.entries()) file.append(all.subarray(cuts[index - 1] ?? 0, cut))
    expect(file.length).toBe(700_000)
    file.writeAt(2, Int32Array.of(-1, -2))
    file.writeAt(700_001, Int32Array.of(9))
    file.append(Int32Array.of(8))
    all.set([-1, -2], 2)
    expect(file.read(0, 700_000)).toEqual(all)
    expect(file.read(700_000, 700_003)).toEqual(Int32Array.of(0, 9, 8))
    draft.discard()
  })

  it('does not make values up that are not there', async () => {
    const draft = new DatasetDraft(scratch(), 'key')
    const file = draft.array('values', 'float64')
    file.append(Float64Array.of(1))
    const error = await catchAppError(() => Promise.resolve().then(() => file.read(0, 2)))
    expect(error).toMatchObject({
      code: 'file.unreadable',
      detail: { reason: msg('rule.endsEarly') },
    })
    draft.discard()
  })
})

describe('a draft', () => {
  it('takes every folder away that was made for it, but nothing of others', () => {
    const folder = scratch()
    const draft = new DatasetDraft(path.join(folder, 'deep', 'cache'), 'key')
    draft.array('values', 'uint8').append(Uint8Array.of(1))
    draft.discard()
    expect(readdirSync(folder)).toEqual([])
    const otherDraft = new DatasetDraft(path.join(folder, 'cache'), 'key')
    otherDraft.array('values', 'uint8')
    writeFileSync(path.join(folder, 'cache', 'other'), '')
    otherDraft.discard()
    expect(readdirSync(path.join(folder, 'cache'))).toEqual(['other'])
  })

  it('begins anew where a killed process of the same number left off', () => {
    const draft = new DatasetDraft(scratch(), 'key')
    mkdirSync(draft.directory)
    writeFileSync(path.join(draft.directory, 'values.bin'), 'left over')
    draft.array('values', 'uint8')
    expect(readFileSync(path.join(draft.directory, 'values.bin'))).toHaveLength(0)
    draft.discard()
    expect(existsSync(draft.directory)).toBe(false)
  })
})

describe('columns on the disk', () => {
  it('are filled row by row and read by columns and by rows', () => {
    const draft = new DatasetDraft(scratch(), 'key')
    const [columns, rows] = [300, 7]
    // Three rows fill a block.
    const table = new ColumnFile(draft.array('cells', 'int32'), columns, rows, -1, 1_000)
    for (let row = 0; row < rows; row++) {
      table.nextRow('x.csv')
      for (let column = 0; column < columns; column += 7)
        table.set(column, row * 10 + (column % 10))
    }
    table.end('x.csv')
    const checkedColumns = [0, 1, 7, 294]
    for (const column of checkedColumns) {
      const expected = Array.from({ length: rows }, (_, row) =>
        column % 7 ? -1 : row * 10 + (column % 10),
      )
      expect([...table.column(column)]).toEqual(expected)
      expect(expected.map((_, row) => table.cell(column, row))).toEqual(expected)
    }
    draft.discard()
  })

  it.each([2, 4])('are refused when %i rows come instead of 3', async rows => {
    const draft = new DatasetDraft(scratch(), 'key')
    const table = new ColumnFile(draft.array('cells', 'float64'), 1, 3, Number.NaN)
    const error = await catchAppError(async () => {
      for (let row = 0; row < rows; row++) table.nextRow('x.csv')
      table.end('x.csv')
    })
    expect(error).toMatchObject({ code: 'file.unreadable', detail: { path: 'x.csv' } })
    draft.discard()
  })
})

describe('duplicates', () => {
  it('are found among more rows than the table begins with', () => {
    const duplicates = new DuplicateFinder()
    const add = (content: number) => {
      duplicates.add(new TextEncoder().encode(String(content)))
    }
    for (let row = 0; row < 50_000; row++) add(row)
    expect(duplicates.count).toBe(0)
    expect(duplicates.arrays()).toEqual([])
    for (const again of [0, 1, 49_999]) add(again)
    expect(duplicates.count).toBe(3)
    const [array] = duplicates.arrays()
    expect(array !== undefined && 'data' in array && [...array.data.slice(-3)]).toEqual([
      0, 1, 49_999,
    ])
  })
})

describe('numbers of texts', () => {
  const words = Array.from({ length: 30 }, (_, index) => `word ${index}`)

  it('are kept up to a limit, and told to differ beyond it', () => {
    const numbers = new TextNumbers(10)
    expect(words.map(word => numbers.add(word))).toEqual(words.map((_, at) => (at < 10 ? at : -1)))
    expect(numbers).toMatchObject({ size: 30, allDiffer: true })
    numbers.add('word 20')
    expect(numbers.allDiffer).toBe(false)
    expect(numbers.size).toBeGreaterThan(10)
  })

  it('count on exactly where they are asked to', () => {
    const numbers = new TextNumbers(10, true)
    for (const word of [...words, ...words, 'more']) numbers.add(word)
    expect(numbers).toMatchObject({ size: 31, allDiffer: false })
  })

  it('notice a repetition among the kept ones too', () => {
    const numbers = new TextNumbers(10)
    for (const word of ['a', 'b', 'a']) numbers.add(word)
    expect(numbers).toMatchObject({ size: 2, allDiffer: false })
    const { texts, ranks } = numbers.sorted((a, b) => (a < b ? 1 : -1))
    expect([texts, [...ranks]]).toEqual([
      ['b', 'a'],
      [1, 0],
    ])
  })
})
