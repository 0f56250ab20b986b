import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it, vi } from 'vitest'
import yauzl from 'yauzl'
import { listFiles } from '../../../src-main/analysis/summary/list-files.ts'
import { createBackEnd } from '../../../src-main/hosts/back-end/create-back-end.ts'
import { watchOptunaFile } from '../../../src-main/features/optuna-storage/cli/optuna-watch.ts'
import { droppedFolder } from '../../../src-main/core/trial/trial-files.ts'
import { buildExport } from '../../../src-main/features/exports/node/build-export.ts'
import { writeOptunaFile } from '../../../src-main/features/exports/node/write-optuna-file.ts'
import {
  encodeOptunaValue,
  type OptunaTrial,
} from '../../../src-main/interop/optuna/optuna-rows.ts'
import { createTranslate } from '../../../src-main/core/i18n/translate.ts'
import { OptunaClient } from '../../../src-main/features/optuna-storage/node/client.ts'
import {
  openStoreForWriting,
  openStudyStore,
} from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { locateWorkspace } from '../../../src-main/platform/storage/workspace.ts'
import { runTunewright } from '../../helpers/run-tunewright.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
const distribution =
  '{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 1.0, "log": false}}'

function backEndAt(folder: string) {
  const workspace = locateWorkspace(path.join(folder, 'studies.sqlite'))
  const store = openStoreForWriting(workspace.databasePath)
  const backEnd = createBackEnd({ store, workspace, kind: 'web', now: Date.now })
  const close = async (): Promise<void> => {
    await backEnd.close()
    store.close()
  }
  return { workspace, store, backEnd, close }
}

const ids = {
  one: '0d6a1c8e-3b0f-4f5c-9c55-2f1f6a7b8c90',
  two: '7c2f4b1d9a8e4c0f8b6d5e4f3a2b1c0d',
}

/** A trial that has ended and says of a file in the artifact store. */
async function upload(port: number, folder: string): Promise<void> {
  const program = new OptunaClient(port)
  const { studyId } = await program.ask('CreateNewStudy', { studyName: 'drawn', directions: [0] })
  const { trialId } = await program.ask('CreateNewTrial', {
    studyId,
    templateTrial: null,
    templateTrialIsNone: true,
  })
  const parameter = { paramName: 'x', paramValueInternal: 0.25, distribution }
  await program.ask('SetTrialParameter', { trialId, ...parameter })
  for (const [name, id] of Object.entries(ids)) {
    const meta = {
      artifact_id: id,
      filename: `${name}.txt`,
      mimetype: 'text/plain',
      encoding: null,
    }
    const value = JSON.stringify(JSON.stringify(meta))
    const attribute = { id: trialId, key: `artifacts:${id}`, value }
    await program.ask('SetTrialSystemAttribute', attribute)
    writeFileSync(path.join(folder, id), `words of ${name}`)
  }
  await program.ask('SetTrialStateValues', { trialId, state: 1, values: [0.5] })
  program.close()
}

async function unzip(bytes: Uint8Array, folder: string): Promise<string[]> {
  const zip = await yauzl.fromBufferPromise(Buffer.from(bytes))
  const names: string[] = []
  for await (const entry of zip.eachEntry()) {
    names.push(entry.fileName)
    const target = path.join(folder, entry.fileName)
    mkdirSync(path.dirname(target), { recursive: true })
    const chunks: Buffer[] = []
    for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer)
    writeFileSync(target, Buffer.concat(chunks))
  }
  return names
}

/** The page uploads the file, and a person types where the artifact store is. */
async function importOnPage(studyFile: string, artifacts: string, home: string): Promise<void> {
  mkdirSync(home)
  const { backEnd, store, close } = backEndAt(home)
  const { api } = backEnd
  const file = { name: 'study.sqlite', base64: readFileSync(studyFile, 'base64') }
  const described = await api['import.describe']({ file, language: 'en' })
  expect(described).toMatchObject({ kind: 'studies', withFiles: 1 })
  const request = { file, only: null, name: null, goals: [], artifacts }
  await expect(api['import.run'](request)).rejects.toMatchObject({ code: 'file.notChosen' })
  const nowhere = path.join(home, 'nowhere')
  const missing = api['import.run']({ ...request, artifacts: nowhere })
  await expect(missing).rejects.toMatchObject({ code: 'file.notFound' })
  expect(store.listStudies()).toEqual([])
  await api['file.choose']({ path: artifacts })
  const [row] = await api['import.run'](request)
  expect(row?.notes).toEqual([])
  const files = listFiles(store.artifacts(row?.studyId ?? 0))
  expect(files.map(file => readFileSync(file.path, 'utf8'))).toEqual([
    'words of one',
    'words of two',
  ])
  await close()
}

it(
  'files that a killed session had not kept are kept by the next one, exported and imported',
  { timeout: 180_000 },
  async () => {
    const folder = scratch()
    const artifacts = path.join(folder, 'store')
    mkdirSync(artifacts)
    const killed = backEndAt(folder)
    // Killed after the trial was on disk, in the middle of the first copy.
    await upload(await killed.backEnd.openOptuna({ port: 0, failAfterMs: null }), artifacts)
    const partialFolder = path.join(killed.workspace.artifactDirectory(1, 0), droppedFolder)
    mkdirSync(partialFolder, { recursive: true })
    writeFileSync(path.join(partialFolder, 'one.txt'), 'wor')
    await killed.close()

    const next = backEndAt(folder)
    await next.backEnd.openOptuna({ port: 0, failAfterMs: null, artifacts })
    const files = () => listFiles(next.store.artifacts(1))
    await vi.waitUntil(() => files().length > 0, { timeout: 60_000 })
    const words = () => files().map(({ name, path: file }) => [name, readFileSync(file, 'utf8')])
    expect(words()).toEqual([
      ['one.txt', 'words of one'],
      ['two.txt', 'words of two'],
    ])
    await next.backEnd.api['optuna.close']({})
    // What is kept is kept once.
    const events = () => next.store.events(1).filter(({ kind }) => kind === 'trial.filesStored')
    await next.backEnd.openOptuna({ port: 0, failAfterMs: null, artifacts })
    await next.backEnd.api['optuna.close']({})
    expect(events()).toHaveLength(1)

    const question = { studyId: 1, format: 'optuna', language: 'en' } as const
    const exported = await next.backEnd.api['study.export'](question)
    expect(exported.fileName).toMatch(/\.optuna\.zip$/)
    const out = path.join(folder, 'out')
    const names = await unzip(Buffer.from(exported.content, exported.encoding as 'base64'), out)
    expect(names).toContain('study.sqlite')
    expect(names.filter(name => name.startsWith('study-artifacts/'))).toHaveLength(2)
    // More than a page can take is refused before it is copied.
    const snapshot = next.store.snapshot(1)
    const large = snapshot.artifacts.map(artifact => ({ ...artifact, bytes: 1e9, path: 'nowhere' }))
    const refused = buildExport({ ...snapshot, artifacts: large }, 'optuna', createTranslate('en'))
    await expect(refused).rejects.toMatchObject({
      code: 'file.tooLarge',
      detail: { bytes: 2e9, command: 'tunewright export 1 --format optuna FILE.sqlite' },
    })
    await next.close()

    const imported = async (name: string, ...words: string[]) => {
      const database = path.join(folder, `${name}.sqlite`)
      const command = ['--db', database, 'import', path.join(out, 'study.sqlite'), ...words]
      const { exitCode, stdout } = await runTunewright(command, folder)
      expect(exitCode).toBe(0)
      const store = openStudyStore(database, { readOnly: true })
      const texts = listFiles(store.artifacts(1)).map(file => readFileSync(file.path, 'utf8'))
      store.close()
      return { stored: texts, stdout }
    }
    const defaultImport = await imported('beside')
    expect(defaultImport.stored).toEqual(['words of one', 'words of two'])
    expect(defaultImport.stdout).not.toContain('--optuna-artifacts')
    const elsewhere = path.join(folder, 'elsewhere')
    cpSync(path.join(out, 'study-artifacts'), elsewhere, { recursive: true })
    rmSync(path.join(out, 'study-artifacts'), { recursive: true })
    expect((await imported('named', '--optuna-artifacts', elsewhere)).stored).toHaveLength(2)
    await importOnPage(path.join(out, 'study.sqlite'), elsewhere, path.join(folder, 'page'))
    const without = await imported('without')
    expect(without.stored).toEqual([])
    expect(without.stdout).toContain(
      'files of 1 trial stayed in their artifact store; tunewright import FILE',
    )
    const missing = ['import', path.join(out, 'study.sqlite'), '--optuna-artifacts', 'nowhere']
    expect((await runTunewright(missing, folder)).exitCode).not.toBe(0)
    expect(existsSync(path.join(folder, 'studies.sqlite'))).toBe(true)
  },
)

it('a followed trial that was given up keeps its later result', { timeout: 60_000 }, async () => {
  const folder = scratch()
  const file = path.join(folder, 'theirs.sqlite')
  const nothing = { userAttributes: {}, systemAttributes: {} }
  const write = (state: OptunaTrial['state']): void => {
    rmSync(file, { force: true })
    const time = '2026-11-25 08:00:00.000000'
    const isOver = state !== 'RUNNING'
    writeOptunaFile(file, {
      name: 'tuning',
      directions: ['MINIMIZE'],
      ...nothing,
      trials: [
        {
          number: 0,
          state,
          start: time,
          complete: isOver ? time : null,
          ...nothing,
          parameters: [{ name: 'x', value: 0.25, distribution }],
          values: isOver ? [encodeOptunaValue(0.5)] : [],
          intermediate: [{ step: 0, ...encodeOptunaValue(1) }],
        },
      ],
    })
  }
  write('RUNNING')
  const { store, backEnd, close } = backEndAt(folder)
  const port = await backEnd.openOptuna({ port: 0, failAfterMs: null })
  const failures: unknown[] = []
  const watch = async () => watchOptunaFile({ file, port }, error => failures.push(error))
  const watching = await watch()
  const stopped = backEnd.api['study.stop']({ studyId: 1, when: 'afterRunning' })
  await expect(stopped).rejects.toMatchObject({ code: 'intervention.refused' })
  await watching.close()
  const trials = () => store.trials(1).map(({ state, values }) => ({ state, values }))
  await vi.waitUntil(() => trials()[0]?.state === 'interrupted', { timeout: 20_000 })
  const failed = await backEnd.api['optuna.failLost']({ studyId: 1, number: 0 })
  expect(failed).toEqual({ failed: true })
  // The program of a file takes no points from here.
  expect(trials()).toMatchObject([{ state: 'failed' }])
  write('COMPLETE')
  await (await watch()).close()
  expect(trials()).toMatchObject([{ state: 'failed' }, { state: 'complete', values: [0.5] }])
  // Once.
  await (await watch()).close()
  expect(trials()).toHaveLength(2)
  expect(failures).toEqual([])
  await close()
})
