import { execFile, spawnSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import {
  studySpecificationSchema,
  type StudySpecificationInput,
} from '../../../src-main/core/study/study-specification.ts'
import { parseFileKind } from '../../../src-main/core/trial/trial-files.ts'
import type { Failure } from '../../../src-main/core/trial/trial.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { type MessageDescriptor, messageSchema } from '../../../src-main/core/errors/message.ts'
import type { StudySnapshot } from '../../../src-main/core/study/study.ts'
import { runStudy } from '../../../src-main/running/run-study.ts'
import { locateWorkspace, type Workspace } from '../../../src-main/platform/storage/workspace.ts'
import { createStudy } from '../../../src-main/features/studies/node/create-study.ts'
import { TrustStore } from '../../../src-main/platform/user-code/trust-store.ts'
import { userCodeOf } from '../../../src-main/running/trusted-code.ts'
import { pngBytes } from '../hostile/hostile-folders.ts'
import { studyOutcome } from '../study-outcome.ts'

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

/** A project with one new study of two trials. */
export async function newProject(
  folder: string,
  specification: StudySpecificationInput,
): Promise<void> {
  const checked = studySpecificationSchema.parse(specification)
  // Programs lie beside the project, so that its copies run them where they were trusted.
  const directory = path.dirname(folder)
  const { databasePath, datasetCacheDirectory, trustFile } = workspaceOf(folder)
  const code = await userCodeOf(checked, directory)
  if (code !== null) new TrustStore(trustFile).trust(code, 0)
  const store = openStudyStore(databasePath)
  try {
    await createStudy({
      file: { specification: checked, source: '', directory },
      store,
      datasetCacheDirectory,
      trustFile,
      now: Date.now,
    })
  } finally {
    store.close()
  }
}

/** Trainings of a small network that save checkpoints and keep weights. */
export const training: StudySpecificationInput = {
  name: 'full disk',
  objective: {
    task: 'tabular',
    data: {
      file: path.resolve(import.meta.dirname, '../../../resources/samples/penguins.csv'),
      target: 'species',
    },
  },
  goals: [{ metric: 'validationLoss', direction: 'minimize' }],
  space: { learningRate: { float: [1e-3, 1e-2] }, epochs: { fixed: 3 } },
  checkpoint: { everyEpochs: 1 },
  engine: 'cpu',
  stop: { trials: 2 },
}

/** Programs that leave a picture, which gets a small one beside it, and a text. */
export const showing: StudySpecificationInput = {
  name: 'files on a full disk',
  objective: {
    command: [
      process.execPath,
      '-e',
      `const folder = process.env.TUNEWRIGHT_ARTIFACTS
       const { mkdirSync, writeFileSync } = require('node:fs')
       mkdirSync(folder + '/step-1', { recursive: true })
       writeFileSync(folder + '/step-1/picture.png', Buffer.from('${pngBytes().toString('base64')}', 'base64'))
       writeFileSync(folder + '/words.txt', process.env.TUNEWRIGHT_PARAM_x)
       console.log(JSON.stringify({ artifact: folder + '/words.txt', name: 'said.txt' }))
       console.log(JSON.stringify({ note: 'shown' }))
       console.log(JSON.stringify({ loss: 1 }))`,
    ],
  },
  goals: [{ metric: 'loss', direction: 'minimize' }],
  space: { x: { float: [0, 1] } },
  sampler: { name: 'random' },
  stop: { trials: 2 },
}

/** Data and trust lie beside the project: they were there before the disk was full. */
export function workspaceOf(folder: string): Workspace {
  const parentFolder = path.dirname(folder)
  return {
    ...locateWorkspace(path.join(folder, 'studies.sqlite')),
    datasetCacheDirectory: path.join(parentFolder, 'datasets'),
    trustFile: path.join(parentFolder, 'trusted.json'),
  }
}

/** Everything that must be as on a disk that was never full: trials, and the files and words that they have left. */
export function outcomeOf(snapshot: StudySnapshot, remarks: unknown): unknown {
  const files = snapshot.artifacts.filter(({ kind }) => parseFileKind(kind) !== null)
  const isThere = ({ path: file }: { readonly path: string }): boolean => existsSync(file)
  return {
    trials: studyOutcome(snapshot),
    files: files.map(file => [file.trialNumber, file.kind, file.sha256, isThere(file)]),
    remarks,
  }
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
 * @param full the folder whose disk it is, or the beginning of paths
 */
export async function runOnFullDisk(
  folder: string,
  library: string,
  at: number,
  full: string = folder,
): Promise<Met> {
  const count = `${folder}.count`
  writeFileSync(count, Buffer.alloc(8))
  const environment = {
    ...process.env,
    LD_PRELOAD: library,
    FULL_DISK_FOLDER: full,
    FULL_DISK_AT: String(at),
    FULL_DISK_COUNT: count,
  }
  const ended = await new Promise<string>(resolve => {
    execFile(
      process.execPath,
      [session, folder],
      { env: environment, timeout: SESSION_LIMIT_MS },
      (error, stdout, stderr) =>
        resolve(error === null ? stdout : `${stdout}${stderr}${error.message}`),
    )
  })
  return { ended, writes: Number(readFileSync(count).readBigInt64LE()) }
}

/** Goes on with room on the disk. @returns what became of the study, and the failures of its attempts */
export async function resume(folder: string): Promise<Resumed> {
  const workspace = workspaceOf(folder)
  const store = openStudyStore(workspace.databasePath)
  try {
    const study = store.findStudy('1')
    const lacksTest = 'task' in study.specification.objective && store.winner(study.id) === null
    if (study.state !== 'finished' || lacksTest)
      await runStudy({ store, study, workspace, now: Date.now })
    const snapshot = store.snapshot(study.id)
    return {
      outcome: outcomeOf(snapshot, store.remarks(study.id)),
      failures: snapshot.trials.flatMap(({ attempts }) =>
        attempts.flatMap(({ failure }) => failure ?? []),
      ),
    }
  } finally {
    store.close()
  }
}

export interface Resumed {
  readonly outcome: unknown
  readonly failures: readonly Failure[]
}

export function copyProject(from: string, to: string): void {
  cpSync(from, to, { recursive: true })
}

/** The study waits, or all its trials are there and only the test of the best is left to the next session. */
export const waitingEnds: readonly string[] = [
  'paused',
  'finished',
  'finished error.database.full',
  'finished error.disk.full',
]

/** How a session may end on a full disk: as above, or a typed error says what met it before there was a trial. */
export const endings: readonly string[] = [
  ...waitingEnds,
  'database.full',
  'file.unreadable',
  'disk.full',
]

/** Why the study of a project waits. */
export function reasonOfPause(folder: string): MessageDescriptor {
  const store = openStudyStore(workspaceOf(folder).databasePath, { readOnly: true })
  try {
    const ended = store.events(1).findLast(({ kind }) => kind === 'study.paused')
    return messageSchema.parse(ended?.detail['reason'])
  } finally {
    store.close()
  }
}
