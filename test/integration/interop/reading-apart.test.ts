import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { msg } from '../../../src-main/core/errors/message.ts'
import { writeBundle } from '../../../src-main/features/bundles/node/write-bundle.ts'
import { readApart } from '../../../src-main/features/imports/node/foreign-reader.ts'
import { importStudies } from '../../../src-main/features/imports/node/import-studies.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import type { StudyStore } from '../../../src-main/platform/storage/study-store.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { sampleStudy, sampleTrial, sampleFinish } from '../../helpers/store-samples.ts'

const scratch = useScratchFolders()
const serve = new URL('../../../src-main/platform/processes/serve.ts', import.meta.url)
const errors = new URL('../../../src-main/core/errors/errors.ts', import.meta.url)

/** A reader that never comes to an end, in its own way. */
function endless(way: string): URL {
  const file = path.join(scratch(), 'entry.mjs')
  writeFileSync(
    file,
    `import { serve } from ${JSON.stringify(serve.href)}
import { mkdirSync, writeFileSync } from 'node:fs'
import { AppError } from ${JSON.stringify(errors.href)}
const go = () => { ${way} }
serve('ingest', {
  describeImport: go,
  readImport: ({ file }) => file.endsWith('.zip') ? { kind: 'studyBundle' } : go(),
  unpackBundle: ({ staging }) => {
    mkdirSync(staging + '/checkpoints', { recursive: true })
    writeFileSync(staging + '/checkpoints/half', 'half')
    go()
  },
})`,
  )
  return pathToFileURL(file)
}

const busy = 'for (;;) Math.random()'

async function bundleOf(folder: string): Promise<string> {
  const source = openStudyStore(path.join(folder, 'from.sqlite'))
  const { id } = source.createStudy(sampleStudy())
  source.startTrial(sampleTrial(id, 0))
  source.finishTrial(sampleFinish(id, 0))
  const file = path.join(folder, 'study.zip')
  await writeBundle({ reader: source, studyId: id, file, replace: false, atMs: 1 })
  source.close()
  return file
}

const taking = (store: StudyStore, file: string) => ({
  store,
  file,
  now: () => 1,
  only: null,
  name: null,
})

it('a reader that does not come to an end is ended, and nothing of it stays', async () => {
  const folder = scratch()
  const file = await bundleOf(folder)
  const ownFolder = path.join(scratch(), 'own')
  mkdirSync(ownFolder)
  const store = openStudyStore(path.join(ownFolder, 'to.sqlite'))
  const before = readdirSync(ownFolder)
  const reader = readApart({ limitMs: 400, entry: endless(busy) })
  const late = {
    code: 'child.gone',
    detail: { child: 'ingest', reason: msg('failure.timeLimit', { limitMs: 400 }) },
  }
  for (const name of [file, path.join(folder, 'runs.csv')]) {
    const error = await catchAppError(() => importStudies({ ...taking(store, name), reader }))
    expect(error).toMatchObject(late)
  }
  const described = reader.describe({ file, language: 'en' })
  expect(await catchAppError(() => described)).toMatchObject(late)
  expect(readdirSync(ownFolder)).toEqual(before)
  expect(store.listStudies()).toEqual([])
  store.close()
})

it('so is one that holds too much memory', async () => {
  const entry = endless(
    'globalThis.held = []; setInterval(() => held.push(Buffer.alloc(3e7, 1)), 20); return new Promise(() => 0)',
  )
  const reader = readApart({ memoryLimitBytes: 4e8, entry })
  const error = await catchAppError(() => reader.describe({ file: 'a', language: 'en' }))
  expect(error.detail).toMatchObject({ reason: msg('failure.child.memory', { megabytes: 400 }) })
})

it.each([
  ['throws what V8 threw', 'error'],
  [
    'takes the file for damaged',
    `new AppError('data.invalid', { path: 'a', field: 'parquet', value: error.message, rule: { code: 'rule.present' } })`,
  ],
])('one that the system gives no memory says so, though its parser %s', async (_, thrown) => {
  const entry = endless(
    `try { throw new RangeError('Array buffer allocation failed') } catch (error) { throw ${thrown} }`,
  )
  const reader = readApart({ memoryLimitBytes: 4e9, entry })
  const error = await catchAppError(() => reader.describe({ file: 'a', language: 'en' }))
  expect(error).toMatchObject({
    code: 'child.gone',
    detail: { child: 'ingest', reason: { code: 'failure.child.memory' } },
  })
})

it('a bundle is unpacked by a process of its own, and taken over', async () => {
  const file = await bundleOf(scratch())
  const ownFolder = scratch()
  const store = openStudyStore(path.join(ownFolder, 'to.sqlite'))
  const [study] = await importStudies(taking(store, file))
  expect(store.snapshot(study?.id ?? 0).trials.map(({ state }) => state)).toEqual(['complete'])
  expect((await catchAppError(() => importStudies(taking(store, file)))).code).toBe('study.exists')
  const other = { ...taking(store, file), only: 'another' }
  expect((await catchAppError(() => importStudies(other))).code).toBe('study.notFound')
  expect(readdirSync(ownFolder).filter(name => name.includes('import'))).toEqual([])
  store.close()
})
