import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { SlurmOptions } from '../common/definition.ts'
import { userMask } from '../../../../platform/files/private-umask.ts'
import { arrayScript } from './job-script.ts'
import { type JobRecord, writeJob } from './job-record.ts'
import { submit } from './slurm-commands.ts'

/** Trials that start within this time go into one array. */
const GATHER_MS = 200

interface Waiting {
  readonly trialDirectory: string
  readonly attemptDirectory: string
  readonly attempt: string
  readonly resolve: (record: JobRecord) => void
  readonly reject: (error: unknown) => void
}

/** Submits attempts, those that come together as one job array. */
export class Submissions {
  readonly #settings: SlurmOptions
  readonly #directory: string
  #waiting: Waiting[] = []

  /** @param directory for the scripts of submissions; shared with the nodes */
  constructor(settings: SlurmOptions, directory: string) {
    this.#settings = settings
    this.#directory = directory
  }

  /** @throws AppError `slurm.failed`, `command.notStarted` */
  async add(attempt: Omit<Waiting, 'resolve' | 'reject'>): Promise<JobRecord> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...attempt, resolve, reject })
      if (this.#waiting.length > 1) return
      setTimeout(() => this.#submitAll(), this.#settings.array ? GATHER_MS : 0)
    })
  }

  #submitAll(): void {
    const all = this.#waiting.splice(0)
    const groups = this.#settings.array ? [all] : all.map(submission => [submission])
    for (const group of groups) void this.#submit(group)
  }

  async #submit(group: readonly Waiting[]): Promise<void> {
    try {
      const name = `tunewright-${randomUUID()}`
      const directory = path.join(this.#directory, name)
      mkdirSync(directory, { recursive: true })
      const list = path.join(directory, 'list')
      const script = path.join(directory, 'submit.sh')
      writeFileSync(list, group.map(({ attemptDirectory }) => `${attemptDirectory}\n`).join(''))
      writeFileSync(script, arrayScript(list, userMask()))
      const isArray = group.length > 1
      const records = group.map(({ attempt }, element) => {
        return { attempt, name, element, isArray, job: null, run: 0 }
      })
      group.forEach(({ trialDirectory }, index) =>
        writeJob(trialDirectory, records[index] as JobRecord),
      )
      const job = await submit([
        ...this.#settings.options,
        `--job-name=${name}`,
        `--output=${path.join(directory, 'slurm-%A-%a.output')}`,
        this.#settings.requeue ? '--requeue' : '--no-requeue',
        ...(isArray ? [`--array=0-${group.length - 1}`] : []),
        script,
      ])
      group.forEach(({ trialDirectory, resolve }, index) => {
        const record: JobRecord = { ...(records[index] as JobRecord), job }
        writeJob(trialDirectory, record)
        resolve(record)
      })
    } catch (error) {
      for (const { reject } of group) reject(error)
    }
  }
}
