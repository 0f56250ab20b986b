import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  studySpecificationSchema,
  type StudySpecificationInput,
} from '../../src-main/core/study/study-specification.ts'
import type { StudySnapshot } from '../../src-main/core/study/study.ts'
import type { RunnerListener } from '../../src-main/running/runner-events.ts'
import type { StudyRunner } from '../../src-main/running/loop/study-runner.ts'
import { createStudy } from '../../src-main/features/studies/node/create-study.ts'
import { runStudy, type StudyRunResult } from '../../src-main/running/run-study.ts'
import { userCodeOf } from '../../src-main/running/trusted-code.ts'
import { locateWorkspace, type Workspace } from '../../src-main/platform/storage/workspace.ts'
import { openStudyStore } from '../../src-main/platform/storage/sqlite-study-store.ts'
import { TrustStore } from '../../src-main/platform/user-code/trust-store.ts'

export const samplePrograms = path.resolve(import.meta.dirname, '../../resources/samples/programs')

/** Programs of a machine that is busy with other tests begin late. */
const WAIT_MS = 120_000

export async function until(holds: () => boolean, what: string): Promise<void> {
  const endMs = performance.now() + WAIT_MS
  while (!holds()) {
    if (performance.now() > endMs) throw new Error(`no ${what} after two minutes`)
    await sleep(30)
  }
}

/** A folder with a database, a trust file, a file of machines and programs of the user. */
export class UserCodeBench {
  readonly folder: string
  readonly workspace: Workspace

  constructor(folder: string, databaseFolder = folder) {
    this.folder = folder
    this.workspace = {
      ...locateWorkspace(path.join(databaseFolder, 'studies.sqlite')),
      trustFile: path.join(folder, 'trusted-code.json'),
      datasetCacheDirectory: path.join(folder, 'datasets'),
      machineFile: path.join(folder, 'machines.json'),
    }
  }

  write(name: string, text: string): void {
    writeFileSync(path.join(this.folder, name), text)
  }

  copySample(name: string): void {
    copyFileSync(path.join(samplePrograms, name), path.join(this.folder, name))
  }

  /** Trusts and stores a study. @returns its id */
  async create(specification: StudySpecificationInput): Promise<number> {
    const checked = studySpecificationSchema.parse(specification)
    const code = await userCodeOf(checked, this.folder)
    if (code !== null) new TrustStore(this.workspace.trustFile).trust(code, 0)
    const store = openStudyStore(this.workspace.databasePath)
    try {
      const { id } = await createStudy({
        file: { specification: checked, source: '', directory: this.folder },
        store,
        datasetCacheDirectory: this.workspace.datasetCacheDirectory,
        trustFile: this.workspace.trustFile,
        machineFile: this.workspace.machineFile,
        secretsFile: this.workspace.secretsFile,
        now: Date.now,
      })
      return id
    } finally {
      store.close()
    }
  }

  /** Runs one session in this process. */
  async run(
    id: number,
    {
      listener,
      onRunner,
    }: {
      readonly listener?: RunnerListener
      readonly onRunner?: (runner: StudyRunner) => void
    } = {},
  ): Promise<StudyRunResult> {
    const store = openStudyStore(this.workspace.databasePath)
    try {
      return await runStudy({
        store,
        study: store.findStudy(String(id)),
        workspace: this.workspace,
        now: Date.now,
        ...(listener === undefined ? {} : { listener }),
        ...(onRunner === undefined ? {} : { onRunner }),
      })
    } finally {
      store.close()
    }
  }

  read(id: number): StudySnapshot {
    const reader = openStudyStore(this.workspace.databasePath, { readOnly: true })
    try {
      return reader.snapshot(id)
    } finally {
      reader.close()
    }
  }

  /** A session that is stopped once something holds. */
  async runUntil(id: number, holds: () => boolean, what: string): Promise<void> {
    const runners: StudyRunner[] = []
    const run = this.run(id, { onRunner: runner => runners.push(runner) })
    await until(holds, what)
    runners[0]?.stop()
    await run
  }

  /** Trials that have begun, in the order in which their programs wrote it into `starts`. */
  starts(): string[] {
    const file = path.join(this.folder, 'starts')
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
  }

  /** Creates, runs and reads. */
  async tune(specification: StudySpecificationInput): Promise<StudySnapshot> {
    const id = await this.create(specification)
    await this.run(id)
    return this.read(id)
  }
}

/** Pids of processes that are alive and whose environment names a folder, i.e. what a study left running. */
export function processesOf(folder: string): number[] {
  return processesWith(`TUNEWRIGHT_TRIAL_DIRECTORY=${folder}`)
}

/** Pids of processes that are alive and whose environment has a text. */
export function processesWith(text: string): number[] {
  return readdirSync('/proc').flatMap(name => {
    const pid = Number(name)
    if (!Number.isInteger(pid)) return []
    try {
      const state = readFileSync(`/proc/${name}/stat`, 'latin1').split(') ')[1]?.[0]
      const mine = readFileSync(`/proc/${name}/environ`, 'latin1').includes(text)
      return mine && state !== 'Z' ? [pid] : []
    } catch {
      return []
    }
  })
}

/** The Python of the machine; null where there is none. */
export function findPython(): string | null {
  return ['/usr/bin/python3', '/usr/local/bin/python3'].find(file => existsSync(file)) ?? null
}
