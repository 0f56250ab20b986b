import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { expect, it, vi } from 'vitest'
import { msg } from '../../../src-main/core/errors/message.ts'
import { importBundle } from '../../../src-main/features/bundles/node/import-bundle.ts'
import { unpackBundle } from '../../../src-main/features/bundles/node/unpack-bundle.ts'
import { writeBundle } from '../../../src-main/features/bundles/node/write-bundle.ts'
import { folderHash } from '../../../src-main/platform/files/folder-hash.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { studyTables } from '../../../src-main/platform/storage/study-rows.ts'
import type { StudyStore } from '../../../src-main/platform/storage/study-store.ts'
import { locateWorkspace } from '../../../src-main/platform/storage/workspace.ts'
import { killGroup } from '../../helpers/process-group.ts'
import { runTunewright, startTunewright } from '../../helpers/run-tunewright.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

/** Without a process of its own. */
const unpackInProcess = { unpack: unpackBundle }
import {
  batch,
  runTrial,
  sampleFinish,
  sampleStudy,
  sampleTrial,
} from '../../helpers/store-samples.ts'

const scratch = useScratchFolders()
const now = (): number => 1_000_000

function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex')
}

/** All rows of a study, with ids counted from 1: the same in every database. */
function rowsOf(store: StudyStore, studyId: number): Record<string, unknown[]> {
  const file = path.join(scratch(), 'rows.sqlite')
  store.copyStudy(studyId, file)
  const handle = new SqliteDatabase(file, { readonly: true })
  const rows = studyTables.map(
    ({ name }) => [name, handle.prepare(`SELECT * FROM ${name}`).all()] as const,
  )
  // Names of metrics are shared by all studies, so that their ids have another order elsewhere.
  const metrics = handle
    .prepare(
      `SELECT name, trial_id, step, value, kind FROM metrics JOIN metric_names ON id = metric_id
       ORDER BY name, trial_id, step`,
    )
    .all()
  handle.close()
  return { ...Object.fromEntries(rows), metrics, metric_names: [] }
}

/** A study with a row in every table, whose ids are not those that it will have elsewhere. */
function fillStudy(store: StudyStore, file: string): number {
  const workspace = locateWorkspace(file)
  runTrial(store, store.createStudy(sampleStudy('another')).id, 0, 1)
  const { id } = store.createStudy(sampleStudy())
  const put = (file: string, content: string) => {
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, content)
    return { path: file, bytes: content.length, sha256: sha256(content) }
  }
  const finish = (number: number): void => {
    store.startTrial(sampleTrial(id, number))
    store.recordResources(id, number, [])
    store.finishTrial(
      sampleFinish(id, number, {
        values: [Number.NaN],
        metrics: [
          batch(
            number,
            ['loss', 'other'],
            [
              [1, -0, Number.NEGATIVE_INFINITY],
              [2, 3e-320, 5],
            ],
          ),
        ],
        artifacts: [
          {
            kind: 'weights.best',
            ...put(path.join(workspace.artifactDirectory(id, number), 'best.bin'), `w${number}`),
          },
        ],
        checkpoint: {
          step: 2,
          batch: 0,
          ...put(path.join(workspace.checkpointDirectory(id), `${number}/attempt-1/2-0`), 'state'),
        },
      }),
    )
  }
  finish(0)
  store.enqueuePoint({
    studyId: id,
    atMs: 1,
    parameters: { x: -0, kind: 'a', depth: 1 },
    origin: { kind: 'point', trialNumber: null },
  })
  const queued = store.enqueuePoint({
    studyId: id,
    atMs: 2,
    parameters: { x: 2, kind: 'a', depth: 1 },
    origin: { kind: 'point', trialNumber: null },
  })
  store.withdrawPoint(id, Number(queued.detail['queued']), { atMs: 3, undoes: queued.id })
  finish(1)
  store.setTrialNote(id, 1, '调参 note', { atMs: 4 })
  store.recordWinner(id, { trialNumber: 1, evaluatedAtMs: 5, metrics: { accuracy: Number.NaN } })
  writeFileSync(
    path.join(workspace.artifactDirectory(id, 0), 'attempt-1.output.000000000000'),
    'printed',
  )
  // A program's own checkpoint is a folder.
  store.startTrial(sampleTrial(id, 2))
  const folder = path.join(workspace.checkpointDirectory(id), '2/attempt-1/7-0')
  put(path.join(folder, 'inner/a.txt'), 'A')
  put(path.join(folder, 'b'), 'BB')
  mkdirSync(path.join(folder, 'inner/empty'))
  const parts = [
    ['b', { sha256: sha256('BB'), bytes: 2 }],
    ['inner/', { sha256: '-', bytes: 0 }],
    ['inner/a.txt', { sha256: sha256('A'), bytes: 1 }],
    ['inner/empty/', { sha256: '-', bytes: 0 }],
  ] as const
  const checkpoint = { step: 7, batch: 0, path: folder, bytes: 3, sha256: folderHash(parts) }
  store.recordCheckpoint({ studyId: id, trialNumber: 2, checkpoint, metrics: [], atMs: 6 })
  store.suspendTrial(id, 2, 7)
  return id
}

function filesIn(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return Object.fromEntries(
    entries
      .map(entry => {
        const file = path.join(entry.parentPath, entry.name)
        const content = entry.isFile() ? readFileSync(file, 'utf8') : '/'
        return [path.relative(folder, file), content] as const
      })
      .sort(),
  )
}

it('knows every table', () => {
  const folder = scratch()
  openStudyStore(path.join(folder, 'a.sqlite')).close()
  const handle = new SqliteDatabase(path.join(folder, 'a.sqlite'))
  const tables = handle
    .prepare<[], string>(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`,
    )
    .pluck()
    .all()
  handle.close()
  const copiedTables = [...studyTables.map(({ name }) => name), 'store_state']
  expect(copiedTables.sort()).toEqual(tables.sort())
})

it('brings every row and every file to another database', async () => {
  const [from, to] = [path.join(scratch(), 'from.sqlite'), path.join(scratch(), 'to.sqlite')]
  const source = openStudyStore(from)
  const studyId = fillStudy(source, from)
  const file = path.join(scratch(), 'study.zip')
  const written = await writeBundle({ reader: source, studyId, file, replace: false, atMs: 1 })
  expect(written).toMatchObject({ path: file, files: 7, missing: [] })

  const target = openStudyStore(to)
  for (let number = 0; number < 4; number++) target.createStudy(sampleStudy(`own ${number}`))
  target.startTrial(sampleTrial(2, 0))
  target.appendMetrics(2, [batch(0, ['other', 'loss'], [[1, 2, 3]])])
  const request = { store: target, file, now, only: null }
  const study = await importBundle({ ...request, name: null }, unpackInProcess)
  expect(study.id).toBe(5)
  expect(rowsOf(target, study.id)).toEqual(rowsOf(source, studyId))
  const before = source.snapshot(studyId)
  const after = target.snapshot(study.id)
  expect(after.trials).toEqual(before.trials)
  expect(after.study).toEqual({ ...before.study, id: study.id })
  for (const table of ['artifacts', 'checkpoints'] as const) {
    const [sourceFolder, other] = [source.folders?.[table] ?? '', target.folders?.[table] ?? '']
    expect(filesIn(path.join(other, '5'))).toEqual(
      filesIn(path.join(sourceFolder, String(studyId))),
    )
  }
  const undone = target.events(study.id).find(({ kind }) => kind === 'trial.unqueued')
  const queued = target.events(study.id).filter(({ kind }) => kind === 'trial.queued')[1]
  expect(undone?.detail['undoes']).toBe(queued?.id)

  // Once more under another name; the first name is taken.
  await expect(importBundle({ ...request, name: null }, unpackInProcess)).rejects.toMatchObject({
    code: 'study.exists',
  })
  const second = await importBundle({ ...request, name: 'copy' }, unpackInProcess)
  expect([second.name, second.specification.name]).toEqual(['copy', 'copy'])
  expect(readdirSync(path.dirname(to)).filter(name => name.includes('import'))).toEqual([])
  source.close()
  target.close()
})

it('lets a study that was held where it comes from wait for Resume', async () => {
  const source = openStudyStore(path.join(scratch(), 'from.sqlite'))
  const target = openStudyStore(path.join(scratch(), 'to.sqlite'))
  const { id: studyId } = source.createStudy(sampleStudy())
  const reason = msg('ending.held', { cause: 'battery' })
  source.setStudyState({ studyId, state: 'paused', reason, event: 'study.paused', atMs: 1 })
  const file = path.join(scratch(), 'study.zip')
  await writeBundle({ reader: source, studyId, file, replace: false, atMs: 1 })
  await importBundle({ store: target, file, now, name: null, only: 'study' }, unpackInProcess)
  expect(target.listStudies()[0]?.reason).toEqual(msg('ending.heldElsewhere'))
  source.close()
  target.close()
})

it('says which files are gone or damaged, and goes without them', async () => {
  const from = path.join(scratch(), 'from.sqlite')
  const source = openStudyStore(from)
  const studyId = fillStudy(source, from)
  const [first, second] = source.artifacts(studyId)
  rmSync(first?.path ?? '')
  writeFileSync(second?.path ?? '', '??')
  const file = path.join(scratch(), 'study.zip')
  const same = { reader: source, studyId, file, atMs: 1 }
  await expect(writeBundle({ ...same, replace: true })).resolves.toMatchObject({
    missing: ['artifacts/0/best.bin', 'artifacts/1/best.bin'],
  })
  await expect(writeBundle({ ...same, replace: false })).rejects.toMatchObject({
    code: 'file.exists',
  })
  const target = openStudyStore(path.join(scratch(), 'to.sqlite'))
  const study = await importBundle(
    { store: target, file, now, name: null, only: 'study' },
    unpackInProcess,
  )
  expect(target.artifacts(study.id)).toHaveLength(2)
  source.close()
  target.close()
})

const training = (epochs: number): string => `name: rows
objective: { task: tabular, data: { file: table.csv, target: y, test: 0.2 } }
goals: [{ metric: validationLoss, direction: minimize }]
space:
  layers: { fixed: 1 }
  units: { fixed: 4 }
  epochs: { fixed: ${epochs} }
  learningRate: { float: [0.001, 0.1], log: true }
engine: cpu
checkpoint: { everyEpochs: 1 }
stop: { trials: 3 }
`

it('is taken from a study that runs, verified elsewhere, and goes on there', async () => {
  const folder = scratch()
  const rows = Array.from({ length: 60 }, (_, row) =>
    [Math.sin(row).toFixed(4), Math.cos(3 * row).toFixed(4), row % 3].join(','),
  )
  writeFileSync(path.join(folder, 'table.csv'), ['x,z,y', ...rows].join('\n'))
  writeFileSync(path.join(folder, 'rows.yaml'), training(300))
  const running = startTunewright(['--db', 's.sqlite', 'run', 'rows.yaml'], folder)
  await vi.waitFor(() => {
    const reader = openStudyStore(path.join(folder, 's.sqlite'), { readOnly: true })
    const saved = reader.checkpoints(1).filter(({ trialNumber }) => trialNumber === 1)
    reader.close()
    expect(saved).not.toEqual([])
  }, 60_000)
  const bundled = await runTunewright(['--db', 's.sqlite', 'bundle', 'rows', '-o', 'b.zip'], folder)
  expect(bundled).toMatchObject({ exitCode: 0, stderr: '' })
  killGroup(running.child.pid)
  await running.result
  const words = ['--db', 'other.sqlite', '--json']
  const imported = await runTunewright([...words, 'import', 'b.zip'], folder)
  expect(imported).toMatchObject({ exitCode: 0, stderr: '' })
  const reader = openStudyStore(path.join(folder, 'other.sqlite'), { readOnly: true })
  expect(reader.findStudy('rows').state).toBe('stopped')
  const interrupted = reader.trials(1).find(({ state }) => state === 'interrupted')
  const saved = reader.checkpoints(1, interrupted?.number)
  reader.close()
  const resumed = await runTunewright([...words, 'resume', 'rows'], folder)
  expect(resumed).toMatchObject({ exitCode: 0 })
  const after = openStudyStore(path.join(folder, 'other.sqlite'), { readOnly: true })
  const retried = after.events(1).find(({ kind }) => kind === 'trial.retried')
  expect(retried?.detail['resumeStep']).toBe(saved.at(-1)?.step)
  after.close()
  const verified = await runTunewright([...words, 'verify', 'rows'], folder)
  expect(verified).toMatchObject({ exitCode: 0 })
}, 120_000)
