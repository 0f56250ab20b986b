import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import type { ColumnFormat } from '../../../src-main/core/data/column-format.ts'
import type { ExportedModel } from '../../../src-main/core/models/exported-model.ts'
import { readNewRows } from '../../../src-main/datasets/read-new-rows.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

/** What the reader needs of a model of two cities. */
function cityModel(format?: ColumnFormat): ExportedModel {
  const reading = {
    delimiter: ',',
    encoding: 'utf-8',
    decimal: '.',
    header: true,
    missing: ['?'],
    columns: format === undefined ? {} : { city: format },
  }
  const preprocessing = {
    numeric: [],
    categorical: [{ name: 'city', categories: ['Berlin', 'Munich'] }],
  }
  return { task: 'tabular', reading, preprocessing } as never
}

it('a model whose spellings were merged reads every spelling as its category', async () => {
  const file = path.join(scratch(), 'new.csv')
  writeFileSync(file, 'city\nMunich\nMUNICH\nber lin\nHamburg\n?\n')
  const codesOf = async (model: ExportedModel) => {
    const rows = await readNewRows(model, file)
    return rows.kind === 'table'
      ? { codes: [...rows.categorical], unseen: [...rows.unseen.keys()] }
      : null
  }
  expect(await codesOf(cityModel({ type: 'category', spelling: 'merge' }))).toEqual({
    codes: [1, 1, 0, -1, -1],
    unseen: [3],
  })
  expect(await codesOf(cityModel())).toEqual({ codes: [1, -1, -1, -1, -1], unseen: [1, 2, 3] })
})
