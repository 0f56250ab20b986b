import { execFile, spawnSync } from 'node:child_process'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { studySpecificationSchema } from '../../../src-main/contract/study-specification.ts'
import { openStudyStore } from '../../../src-main/storage/sqlite-study-store.ts'
import { type Fact, factSchema } from '../../../src-main/contract/fact.ts'
import type { StudySnapshot } from '../../../src-main/contract/study.ts'
import { runStudy } from '../../../src-main/running/run-study.ts'
import { locateWorkspace } from '../../../src-main/storage/workspace.ts'
import { createStudy } from '../../../src-main/study/create-study.ts'

const source = path.join(import.meta.dirname, 'full-disk.c')
const session = path.join(import.meta.dirname, 'run-session.ts')
/** A slow disk on a busy machine takes minutes. */
const SESSION_LIMIT_MS = 600_000

/** Compiles the library that lets writes fail. @returns its path, or why there is none */
export function buildFullDisk(
  folder: string,
): { readonly library: string } | { readonly why: string } {
  if (process.platform !== 'linux') return { why: 'libraries are preloaded on Linux only' }
  const library = path.join(folder, 'full-disk.so')
  const built = spawnSync('gcc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl'])
  return built.status === 0 ? { library } : { why: `no gcc: ${String(built.stderr)}` }
}

/** A project with one new study: two trials of a small network that save checkpoints and keep weights. */
export async function newProject(folder: string, data: string): Promise<void> {
  const specification = studySpecificationSchema.parse({
    name: 'full disk',
    objective: { task: 'tabular', data: { file: data, target: 'species' } },
    goals: [{ metric: 'validationLoss', direction: 'minimize' }],
    space: { learningRate: { float: [1e-3, 1e-2] }, epochs: { fixed: 3 } },
    checkpoint: { everyEpochs: 1 },
    engine: 'cpu',
    stop: { trials: 2 },
  })
  const store = openStudyStore(databaseOf(folder))
  try {
    await createStudy({
      file: { specification, source: '', directory: folder },
      store,
      datasetCacheDirectory: datasetsOf(folder),
      now: Date.now,
    })
  } finally {
    store.close()
  }
}

function databaseOf(folder: string): string {
  return path.join(folder, 'studies.sqlite')
}

/** Beside the project: the data were prepared before the disk was full. */
function datasetsOf(folder: string): string {
  return path.join(path.dirname(folder), 'datasets')
}

/** What became of a project whose disk was full from one write on. */
export interface Met {
  /** State of the study or code of an error. */
  readonly ended: string
  /** Writes up to the end of the session. */
  readonly writes: number
}

/**
 * Runs a session in processes of its own.
 * @param at the write, from 1, from which on the disk is full; 0: never
 * @param which the folder whose disk it is; default: that of the project
 */
export async function runOnFullDisk(
  folder: string,
  library: string,
  at: number,
  which?: 'checkpointDirectory' | 'artifactDirectory',
): Promise<Met> {
  const count = `${folder}.count`
  writeFileSync(count, Buffer.alloc(8))
  const environment = {
    ...process.env,
    LD_PRELOAD: library,
    FULL_DISK_FOLDER: which === undefined ? folder : locateWorkspace(databaseOf(folder))[which](1),
    FULL_DISK_AT: String(at),
    FULL_DISK_COUNT: count,
  }
  const ended = await new Promise<string>(resolve => {
    execFile(
      process.execPath,
      [session, databaseOf(folder), datasetsOf(folder)],
      { env: environment, timeout: SESSION_LIMIT_MS },
      (error, stdout, stderr) =>
        resolve(error === null ? stdout : `${stdout}${stderr}${error.message}`),
    )
  })
  return { ended, writes: Number(readFileSync(count).readBigInt64LE()) }
}

/** Goes on with room on the disk. */
export async function resume(folder: string): Promise<StudySnapshot> {
  const store = openStudyStore(databaseOf(folder))
  try {
    const study = store.findStudy('1')
    const workspace = {
      ...locateWorkspace(databaseOf(folder)),
      datasetCacheDirectory: datasetsOf(folder),
    }
    if (study.state !== 'finished' || store.winner(study.id) === null)
      await runStudy({ store, study, workspace, now: Date.now })
    return store.snapshot(study.id)
  } finally {
    store.close()
  }
}

export function copyProject(from: string, to: string): void {
  cpSync(from, to, { recursive: true })
}

/** The study waits, or all its trials are there and only the test of the best is left to the next session. */
export const waitingEnds: readonly string[] = [
  ...['paused', 'finished', 'finished error.database.full', 'finished error.disk.full'],
]

/** How a session may end on a full disk: as above, or a typed error says what met it before there was a trial. */
export const endings: readonly string[] = [
  ...waitingEnds,
  'database.full',
  'file.unreadable',
  'disk.full',
]

/** Why the study of a project waits. */
export function reasonOfPause(folder: string): Fact {
  const store = openStudyStore(databaseOf(folder), { readOnly: true })
  try {
    const ended = store.events(1).findLast(({ kind }) => kind === 'study.paused')
    return factSchema.parse(ended?.detail['reason'])
  } finally {
    store.close()
  }
}
