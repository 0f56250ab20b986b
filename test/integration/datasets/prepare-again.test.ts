import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeManifest } from '../../../src-main/core/data/dataset-registry.ts'
import { studySpecificationSchema } from '../../../src-main/core/study/study-specification.ts'
import { type KnownReading, prepareAgain } from '../../../src-main/datasets/prepare-again.ts'
import { runStudy } from '../../../src-main/running/run-study.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { locateWorkspace } from '../../../src-main/platform/storage/workspace.ts'
import { createStudy } from '../../../src-main/features/studies/node/create-study.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

/** Prices with signs of thousands, which older readers took for words. */
const rows = Array.from({ length: 40 }, (_, row) => {
  return `"1,${String(100 + (row % 5))}",${row % 7},${row % 2 === 0 ? 'yes' : 'no'}`
})
const csv = `price,rooms,sold\n${rows.join('\n')}\n`

function request(content: string) {
  const studyDirectory = scratch()
  writeFileSync(path.join(studyDirectory, 'homes.csv'), content)
  const objective = { task: 'tabular', data: { file: 'homes.csv', target: 'sold' } }
  return { objective, studyDirectory, cacheDirectory: path.join(studyDirectory, 'cache') } as const
}

const reading = (columns: KnownReading['columns'], properties = {}): KnownReading => ({
  columns,
  properties,
})
const words = [
  { name: 'rooms', kind: 'numeric' },
  { name: 'price', kind: 'categorical' },
] as const

describe('data of a study that was made before', () => {
  it('are read as they were: a column of numbers stays the category that it was', async () => {
    const made = request(csv)
    const now = await prepareAgain(made, null)
    expect(now?.manifest.schema['numeric']).toMatchObject([{ name: 'price' }, { name: 'rooms' }])
    const again = await prepareAgain(
      made,
      reading(words, { problem: 'classification', classes: 2 }),
    )
    expect(again?.manifest.schema['categorical']).toMatchObject([{ name: 'price' }])
    expect(again?.directory).not.toBe(now?.directory)
  })

  it('are found as they are where nothing is read in another way', async () => {
    const made = request(csv)
    const first = await prepareAgain(made, null)
    if (first === null) throw new Error('no data')
    const again = await prepareAgain(made, describeManifest(first.manifest))
    expect(again?.directory).toBe(first.directory)
  })

  it('leave out a column that was not used', async () => {
    const again = await prepareAgain(request(csv), reading(words.slice(0, 1)))
    expect(again?.manifest.schema).toMatchObject({ numeric: [{ name: 'rooms' }], categorical: [] })
  })

  it('keep the signs that numbers were read with', async () => {
    const format = { type: 'number', decimal: ',', thousands: '', unit: null } as const
    const column = { name: 'price', kind: 'numeric', format } as const
    const again = await prepareAgain(request(csv), reading([words[0], column]))
    expect(again?.manifest.schema['numeric']).toMatchObject([{ name: 'price', format }, {}])
  })

  it('are refused where they cannot be read so any more, and the columns are named', async () => {
    const gone = { name: 'garden', kind: 'categorical' } as const
    const error = await catchAppError(() => prepareAgain(request(csv), reading([...words, gone])))
    expect(error.code).toBe('data.invalid')
    expect(JSON.stringify(error.detail)).toContain('garden')
  })

  it('go on with the same columns when the study is resumed', async () => {
    const folder = scratch()
    const file = path.join(folder, 'homes.csv')
    writeFileSync(file, csv)
    const workspace = {
      ...locateWorkspace(path.join(folder, 'studies.sqlite')),
      datasetCacheDirectory: path.join(folder, 'cache'),
    }
    const store = openStudyStore(workspace.databasePath)
    const specification = studySpecificationSchema.parse({
      name: 'homes',
      objective: { task: 'tabular', data: { file, target: 'sold' } },
      goals: [{ metric: 'validationAccuracy', direction: 'maximize' }],
      space: { family: { fixed: 'linear' } },
      stop: { trials: 1 },
      engine: 'cpu',
    })
    const study = await createStudy({
      file: { specification, source: '', directory: folder },
      store,
      datasetCacheDirectory: workspace.datasetCacheDirectory,
      now: Date.now,
    })
    const entry = store.datasets()[0]
    if (entry === undefined) throw new Error('no data')
    const { studies: _, firstSeenAtMs: _1, lastUsedAtMs: _2, ...made } = entry
    store.registerDataset({ ...made, columns: words }, { atMs: Date.now(), studyId: study.id })
    await runStudy({ store, study, workspace, now: Date.now })
    const used = store.datasets().find(({ studies }) => studies.length > 0)
    expect(used?.columns).toMatchObject([{ name: 'rooms' }, { name: 'price', kind: 'categorical' }])
    store.close()
  })
})
