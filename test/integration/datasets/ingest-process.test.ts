import { msg } from '../../../src-main/core/errors/message.ts'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { tableFormatSchema } from '../../../src-main/core/data/table-format.ts'
import { readPreparedDataset } from '../../../src-main/datasets/read-prepared.ts'
import { prepareDataset, previewFile } from '../../../src-main/datasets/ingest-client.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

/** Labels per digit in the 60,000 training images, as published with the data set. */
const mnistCounts = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]

function childOf(code: string): URL {
  const file = path.join(scratch(), 'child.mjs')
  writeFileSync(file, code)
  return pathToFileURL(file)
}

function tableIn(folder: string, content: string) {
  writeFileSync(path.join(folder, 'table.csv'), content)
  return { task: 'tabular', data: { file: 'table.csv', target: 'y', validation: 1, test: 1 } }
}

const table = 'x,y\n1,1.5\n2,2.5\n3,3.25\n4,4\n'

describe('prepareDataset', () => {
  it('prepares all of MNIST', async () => {
    const cacheDirectory = scratch()
    const objective = { task: 'image', data: { source: 'mnist', train: 10_000 } }
    const prepared = await prepareDataset({ objective, studyDirectory: scratch(), cacheDirectory })
    expect(prepared?.manifest.schema).toMatchObject({ classCounts: mnistCounts })
    const { arrays } = await readPreparedDataset(prepared?.directory ?? '')
    expect(arrays['trainImages']?.length).toBe(60_000 * 28 * 28)
    expect(arrays['testImages']?.length).toBe(10_000 * 28 * 28)
    // The first five labels, which every introduction shows.
    expect([...(arrays['trainLabels']?.subarray(0, 5) ?? [])]).toEqual([5, 0, 4, 1, 9])
  })

  it('takes paths relative to the study file', async () => {
    const studyDirectory = scratch()
    const objective = tableIn(studyDirectory, table)
    const prepared = await prepareDataset({ objective, studyDirectory, cacheDirectory: scratch() })
    expect(prepared?.manifest.properties).toMatchObject({ rows: 4, problem: 'regression' })
  })

  it('finds rows that stand in two parts of the split, drawn by the seed', async () => {
    const studyDirectory = scratch()
    const rows = Array.from({ length: 40 }, (_, row) => `${row % 8},${row}.5`)
    const objective = tableIn(studyDirectory, `x,y\n${rows.join('\n')}\n`)
    const request = {
      objective,
      studyDirectory,
      cacheDirectory: path.join(studyDirectory, 'cache'),
    }
    const prepared = await prepareDataset({ ...request, seed: 3 })
    // Of five rows with the same features, one part holds one, so its twins are in training.
    expect(prepared?.findings.slice(0, 2)).toEqual([
      { kind: 'duplicates', from: 'train', to: 'validation', rows: 1, of: 1 },
      { kind: 'duplicates', from: 'train', to: 'test', rows: 1, of: 1 },
    ])
  })

  it('has nothing to do for test functions', async () => {
    const cacheDirectory = path.join(scratch(), 'cache')
    const objective = { function: 'branin' }
    expect(await prepareDataset({ objective, studyDirectory: '.', cacheDirectory })).toBeNull()
    expect(existsSync(cacheDirectory)).toBe(false)
  })

  const failures: [string, string, object, string, object][] = [
    ['a broken file', 'x,y\n1,"2\n', {}, 'data.invalid', { field: 'field' }],
    [
      'a missing file',
      table,
      { file: 'none.csv' },
      'file.notFound',
      { field: 'objective.data.file' },
    ],
    [
      'a split that leaves nothing',
      table,
      { test: 3 },
      'data.invalid',
      {
        field: 'objective.data.test',
        value: 3,
      },
    ],
    ['settings that break rules', table, { validation: -1 }, 'specification.invalid', {}],
  ]
  it.each(failures)('reports %s as a typed error', async (_name, content, change, code, detail) => {
    const studyDirectory = scratch()
    const objective = tableIn(studyDirectory, content)
    const error = await catchAppError(() =>
      prepareDataset({
        objective: { ...objective, data: { ...objective.data, ...change } },
        studyDirectory,
        cacheDirectory: path.join(studyDirectory, 'cache'),
      }),
    )
    expect(error.code).toBe(code)
    expect(error.detail).toMatchObject(detail)
  })

  it('refuses more MNIST images than there are', async () => {
    const objective = { task: 'image', data: { source: 'mnist', train: 59_000 } }
    const error = await catchAppError(() =>
      prepareDataset({ objective, studyDirectory: '.', cacheDirectory: scratch() }),
    )
    expect(error.detail).toMatchObject({
      path: 'mnist',
      field: 'objective.data.train',
      value: 59_000,
      rule: msg('rule.rowsOfPart', { low: 10, high: 58_000 }),
    })
  })

  it('looks at a table without keeping anything, and reports what is wrong with one', async () => {
    const folder = scratch()
    const file = path.join(folder, 'table.csv')
    writeFileSync(file, table)
    const preview = async () => previewFile('table.csv', tableFormatSchema.parse({}), folder)
    expect(await preview()).toMatchObject({ rows: 4, dialect: { delimiter: ',' } })
    writeFileSync(file, 'x,y\n1\n')
    expect((await catchAppError(preview)).detail).toMatchObject({ field: 'fields' })
    expect(readdirSync(folder)).toEqual(['table.csv'])
  })

  it('gives up on a small file that is made to keep its reader busy', async () => {
    // 2 kB whose run lengths have no end (hyparquet's RLE decoder does not bound them by the number of rows).
    const file = fileURLToPath(new URL('../../fixtures/data/endless-runs.parquet', import.meta.url))
    const preview = async () => previewFile(file, tableFormatSchema.parse({}), '/')
    expect(await catchAppError(preview)).toMatchObject({
      code: 'child.gone',
      detail: { child: 'ingest', reason: { code: 'failure.child.cpu' } },
    })
  })

  it('gives it up in a study of a program as well', async () => {
    const file = fileURLToPath(new URL('../../fixtures/data/endless-runs.parquet', import.meta.url))
    const cacheDirectory = scratch()
    const objective = { task: 'tabular', data: { file, target: 'x' } } as const
    const study = { objective, studyDirectory: '/', cacheDirectory, isBounded: true }
    expect(await catchAppError(() => prepareDataset(study))).toMatchObject({
      code: 'child.gone',
      detail: { child: 'ingest', reason: { code: 'failure.child.cpu' } },
    })
  })

  const ready = "process.send({ type: 'ready', protocol: 1 })\n"
  it('reports a process that dies', async () => {
    const studyDirectory = scratch()
    const error = await catchAppError(() =>
      prepareDataset({
        objective: tableIn(studyDirectory, table),
        studyDirectory,
        cacheDirectory: path.join(studyDirectory, 'cache'),
        entry: childOf(`${ready}process.on('message', () => process.kill(process.pid, 'SIGKILL'))`),
      }),
    )
    expect(error.code).toBe('child.gone')
    expect(error.detail).toMatchObject({ child: 'ingest', signal: 'SIGKILL' })
  })

  it('kills a process that does not end', async () => {
    const studyDirectory = scratch()
    const error = await catchAppError(() =>
      prepareDataset({
        objective: tableIn(studyDirectory, table),
        studyDirectory,
        cacheDirectory: path.join(studyDirectory, 'cache'),
        limitMs: 500,
        entry: childOf(`${ready}process.on('message', () => undefined)`),
      }),
    )
    expect(error.detail).toMatchObject({
      child: 'ingest',
      reason: msg('failure.timeLimit', { limitMs: 500 }),
    })
  })

  it('can be canceled', async () => {
    const studyDirectory = scratch()
    const controller = new AbortController()
    const outcome = catchAppError(() =>
      prepareDataset({
        objective: tableIn(studyDirectory, table),
        studyDirectory,
        cacheDirectory: path.join(studyDirectory, 'cache'),
        signal: controller.signal,
      }),
    )
    controller.abort()
    expect((await outcome).detail).toMatchObject({
      child: 'ingest',
      reason: msg('failure.canceled'),
    })
  })

  it('serves two callers at once', async () => {
    const studyDirectory = scratch()
    const cacheDirectory = path.join(studyDirectory, 'cache')
    const objective = tableIn(studyDirectory, table)
    const request = { objective, studyDirectory, cacheDirectory }
    const [first, second] = await Promise.all([prepareDataset(request), prepareDataset(request)])
    expect(second).toEqual(first)
    expect(readdirSync(cacheDirectory)).toHaveLength(1)
  })
})
