import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import type { RegisteredJobQueue } from '../../src-main/core/machine/job-queue.ts'
import { JobQueueFile } from '../../src-main/running/executors/job-queue/node/job-queue-file.ts'

const cli = fileURLToPath(new URL('../../src-main/cli.ts', import.meta.url))

interface WorkerSetup {
  readonly registered: RegisteredJobQueue
  /** Of the worker's own settings. */
  readonly home: string
  readonly name: string
  readonly directory: string
  readonly slots?: number
  /** Default: a file of its own, which trusts nothing. */
  readonly trustFile?: string
}

/** `tunewright worker` as a process of its own, with settings of its own. */
export class WorkerProcess {
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>
  /** What it printed. */
  output = ''

  constructor({ registered, home, name, directory, slots = 1, trustFile }: WorkerSetup) {
    mkdirSync(home, { recursive: true })
    const machines = path.join(home, 'machines.json')
    const file = new JobQueueFile(machines)
    if (!file.list().some(({ url }) => url === registered.url)) file.add(registered)
    this.#child = spawn(
      process.execPath,
      [
        cli,
        '--language',
        'en',
        'worker',
        '--job-queue',
        registered.url,
        '--slots',
        String(slots),
        '--as',
        name,
        '--directory',
        directory,
      ],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          ...process.env,
          TUNEWRIGHT_MACHINES: machines,
          TUNEWRIGHT_TRUST: trustFile ?? path.join(home, 'trusted-code.json'),
        },
      },
    )
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()))
    }
    this.#ended = new Promise(resolve => this.#child.once('exit', resolve))
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    this.#child.kill(signal)
    await this.#ended
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }
}
