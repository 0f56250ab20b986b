import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { QueueFile } from '../../src-main/queue/queue-file.ts'
import { WorkerProcess } from './queue-worker-process.ts'
import { RedisBroker } from './redis-broker.ts'
import { useScratchFolders } from './scratch-folder.ts'
import { UserCodeBench } from './user-code-study.ts'

/** Programs of a machine that is busy with other tests begin late. */
const WAIT_MS = 120_000

/** A broker for the tests of a file, and workers that end with each test. */
export class QueueBench {
  readonly scratch = useScratchFolders()
  readonly workers: WorkerProcess[] = []
  #broker: RedisBroker | null = null

  /** To be called in the `describe` that is skipped without a broker. */
  start(): void {
    let folder = ''
    beforeAll(async () => {
      folder = mkdtempSync(path.join(os.tmpdir(), 'tunewright-queue-'))
      this.#broker = await RedisBroker.start(path.join(folder, 'broker'))
    })
    afterEach(async () => {
      await Promise.all(this.workers.splice(0).map(async one => one.end('SIGKILL')))
    })
    afterAll(async () => {
      await this.#broker?.kill()
      rmSync(folder, { recursive: true, force: true })
    })
  }

  get broker(): RedisBroker {
    if (this.#broker === null) throw new Error('the broker has not been started')
    return this.#broker
  }

  /** A person whose computer knows the queue. */
  user(known = this.broker.known): UserCodeBench {
    const made = new UserCodeBench(this.scratch())
    const user = Object.assign(made, {
      workspace: { ...made.workspace, machineFile: path.join(made.folder, 'machines.json') },
    })
    new QueueFile(user.workspace.machineFile).add(known)
    return user
  }

  worker(
    user: UserCodeBench,
    name: string,
    {
      known = this.broker.known,
      directory = user.folder,
      trusts = true,
    }: { known?: RedisBroker['known']; directory?: string; trusts?: boolean } = {},
  ): WorkerProcess {
    const home = path.join(this.scratch(), name)
    const { trustFile } = user.workspace
    const made = new WorkerProcess({
      ...{ known, home, name, directory },
      ...(trusts ? { trustFile } : {}),
    })
    this.workers.push(made)
    return made
  }
}

/** Trials that have begun, in the order in which their programs wrote it into `starts`. */
export function starts(user: UserCodeBench): string[] {
  const file = path.join(user.folder, 'starts')
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
}

export async function until(holds: () => boolean, what: string): Promise<void> {
  const endMs = performance.now() + WAIT_MS
  while (!holds()) {
    if (performance.now() > endMs) throw new Error(`no ${what} after two minutes`)
    await sleep(30)
  }
}
