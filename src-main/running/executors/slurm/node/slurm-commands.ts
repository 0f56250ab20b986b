import { msg, verbatim } from '../../../../core/errors/message.ts'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { AppError } from '../../../../core/errors/errors.ts'
import { executableOnPath } from '../../../../platform/processes/executable-on-path.ts'

/** Slurm as a user has it: its commands, run without a shell. */

const LIMIT_MS = 60_000

/** A job, or one element of an array: `12` or `12_3`. */
type JobId = string

/** The state of a job; `gone` when the queue knows it no more. */
export type JobState = 'waiting' | 'running' | 'gone'

async function slurm(program: string, parameters: readonly string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(executableOnPath(program), [...parameters], {
      timeout: LIMIT_MS,
      windowsHide: true,
      maxBuffer: 64 * 1024 * 1024,
    })
    return stdout
  } catch (error) {
    const { stderr, code, message } = error as NodeJS.ErrnoException & { stderr?: string }
    const errorOutput = stderr?.trim() ?? ''
    const reason =
      code === 'ENOENT'
        ? msg('failure.notInstalled')
        : verbatim(errorOutput === '' ? message : errorOutput)
    throw new AppError(
      code === 'ENOENT' ? 'command.notStarted' : 'slurm.failed',
      { command: program, reason },
      error,
    )
  }
}

/** @returns the id of the job @throws AppError `slurm.failed`, `command.notStarted` without Slurm */
export async function submit(parameters: readonly string[]): Promise<string> {
  const output = await slurm('sbatch', ['--parsable', ...parameters])
  const id = /^(\d+)/.exec(output.trim())?.[1]
  if (id !== undefined) return id
  throw new AppError('slurm.failed', { command: 'sbatch', reason: verbatim(output.trim()) })
}

/** Every job of this user that waits or runs, elements of arrays one by one. @throws AppError `slurm.failed` */
async function readQueue(): Promise<Map<JobId, JobState>> {
  const output = await slurm('squeue', ['--noheader', '--array', '--me', '--format=%i|%T'])
  return new Map(
    output.split('\n').flatMap(line => {
      const [id, state] = line.trim().split('|')
      if (id === undefined || state === undefined) return []
      return [[id, waitingStates.includes(state) ? 'waiting' : 'running'] as const]
    }),
  )
}

const waitingStates = [
  'PENDING',
  'REQUEUED',
  'REQUEUE_HOLD',
  'REQUEUE_FED',
  'SPECIAL_EXIT',
  'RESV_DEL_HOLD',
]

/** The jobs that carry a name, also those that ended a moment ago. */
export async function findByName(name: string): Promise<string[]> {
  const format = ['--noheader', '--array', '--states=all', '--format=%i']
  const output = await slurm('squeue', [...format, `--name=${name}`])
  return output.split('\n').filter(id => id !== '')
}

/** How an ended job ended, as Slurm keeps it for some minutes, e.g. `TIMEOUT`; null if it has forgotten. */
export async function endedState(id: JobId): Promise<string | null> {
  try {
    const output = await slurm('scontrol', ['show', 'job', '--oneliner', id])
    return /\bJobState=(\S+)/.exec(output)?.[1] ?? null
  } catch {
    return null
  }
}

/** Signals every process of a job; one that is gone is no error. */
export async function signalJob(id: JobId, signal: NodeJS.Signals): Promise<void> {
  await slurm('scancel', ['--full', `--signal=${signal.slice(3)}`, id]).catch(() => undefined)
}

export async function cancelJob(id: JobId): Promise<void> {
  await slurm('scancel', [id]).catch(() => undefined)
}

/** Reads the queue once for all attempts that wait for it; a controller that does not answer is asked again. */
export class QueueWatch {
  readonly #everyMs: number
  #next: Promise<ReadonlyMap<JobId, JobState>> | null = null

  constructor(everyMs: number) {
    this.#everyMs = everyMs
  }

  /** The queue at the next reading, which is a while from now. */
  async next(): Promise<ReadonlyMap<JobId, JobState>> {
    this.#next ??= this.#read()
    return this.#next
  }

  async #read(): Promise<ReadonlyMap<JobId, JobState>> {
    for (;;) {
      await new Promise(resolve => setTimeout(resolve, this.#everyMs))
      try {
        const queue = await readQueue()
        this.#next = null
        return queue
      } catch {
        // Jobs run on without their controller.
      }
    }
  }
}
