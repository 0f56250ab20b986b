import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { checkStudyText } from '../../../src-main/features/studies/node/study-check.ts'
import { importStudies } from '../../../src-main/features/imports/node/import-studies.ts'
import { describeImport } from '../../../src-main/features/imports/node/read-import.ts'
import { resolveWarmStart } from '../../../src-main/features/studies/node/warm-start.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import type { StudyStore } from '../../../src-main/platform/storage/study-store.ts'
import { tasks } from '../../../src-main/training/tasks/registry.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { runTunewright } from '../../helpers/run-tunewright.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const newFolder = useScratchFolders()
const sweep = fileURLToPath(new URL('../../fixtures/interop/sweep.yaml', import.meta.url))
const goal = { metric: 'value', direction: 'minimize' } as const
const studyText = `
name: next
objective: { function: branin }
goals: [{ metric: value, direction: minimize }]
space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } }
sampler: { name: tpe }
stop: { trials: 5 }
`

function table(rows: readonly string[]): { file: string; folder: string } {
  const folder = newFolder()
  const file = join(folder, 'runs.csv')
  writeFileSync(file, `\uFEFFrun,x0,x1,value\n${rows.join('\n')}\n`)
  return { file, folder }
}

async function withStore<Result>(
  folder: string,
  work: (store: StudyStore) => Promise<Result>,
): Promise<Result> {
  mkdirSync(folder, { recursive: true })
  const store = openStudyStore(join(folder, 'studies.sqlite'))
  try {
    return await work(store)
  } finally {
    store.close()
  }
}

it('takes a table of past runs over, and a new study learns from it', async () => {
  const { file, folder } = table(['0,1,2,19.5', '1,3,2.5,"2"', '2,-3,12,0.5', '3,9,9,'])
  expect(await describeImport({ file, language: 'en' })).toEqual({
    kind: 'runs',
    columns: ['run', 'x0', 'x1', 'value'],
    runs: 4,
    measurable: ['value', 'run', 'x0', 'x1'],
  })
  await withStore(folder, async store => {
    const like = checkStudyText(studyText, 'yaml', { tasks })
    if (!like.ok) throw new Error('the study file is wrong')
    const [study] = await importStudies({
      store,
      file,
      now: () => 1_000,
      only: null,
      name: 'past',
      like: like.specification,
    })
    expect(study?.specification.space).toEqual(like.specification.space)
    const { trials } = store.snapshot(study?.id ?? 0)
    expect(trials.map(({ state, values }) => [state, ...values])).toEqual([
      ['complete', 19.5],
      ['complete', 2],
      ['complete', 0.5],
      ['failed'],
    ])
    expect(study?.environment.importedFrom).toMatchObject({
      program: 'CSV',
      file: 'runs.csv',
      notes: [{ code: 'columnsUnknown', columns: ['run'] }],
    })
    const learned = resolveWarmStart(store, {
      ...like.specification,
      warmStart: [{ study: 'past', without: [] }],
    })
    expect(learned.warmStart).toMatchObject([{ study: 'past', trials: 4 }])
  })
})

it.each([
  ['no goal', ['0,1,2,3'], [], 'goals'],
  ['a broken quote', ['0,1,"2,3'], [goal], 'csv'],
  ['a row that is too short', ['0,1'], [goal], 'csv'],
])('refuses a table with %s and keeps nothing', async (_name, rows, goals, field) => {
  const { file, folder } = table(rows)
  await withStore(folder, async store => {
    const error = await catchAppError(() =>
      importStudies({ store, file, now: Date.now, only: null, name: null, goals }),
    )
    expect(error).toMatchObject({ code: 'data.invalid', detail: { field } })
    expect(store.listStudies()).toEqual([])
  })
})

it('turns a sweep into a study file that can be run', { timeout: 60_000 }, async () => {
  const folder = newFolder()
  const made = await runTunewright(['import', sweep, '-o', 'study.yaml'], folder)
  expect(made).toMatchObject({ exitCode: 0, stderr: '' })
  const checked = checkStudyText(readFileSync(join(folder, 'study.yaml'), 'utf8'), 'yaml', {
    tasks,
  })
  expect(checked).toMatchObject({ ok: true })
})

it('refuses a sweep where trials are wanted', async () => {
  await withStore(newFolder(), async store => {
    const error = await catchAppError(() =>
      importStudies({ store, file: sweep, now: Date.now, only: null, name: null }),
    )
    expect(error).toMatchObject({ code: 'data.invalid', detail: { value: 'W&B' } })
  })
})
