import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { JobQueueFile } from '../../src-main/running/executors/job-queue/node/job-queue-file.ts'
import { WorkerProcess } from './job-queue-worker-process.ts'
import { RedisBroker } from './redis-broker.ts'
import { useScratchFolders } from './scratch-folder.ts'
import { UserCodeBench } from './user-code-study.ts'

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
      await Promise.all(this.workers.splice(0).map(async worker => worker.end('SIGKILL')))
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
  user(registered = this.broker.registered): UserCodeBench {
    const user = new UserCodeBench(this.scratch())
    new JobQueueFile(user.workspace.machineFile).add(registered)
    return user
  }

  worker(
    user: UserCodeBench,
    name: string,
    {
      registered = this.broker.registered,
      directory = user.folder,
      trusts = true,
    }: { registered?: RedisBroker['registered']; directory?: string; trusts?: boolean } = {},
  ): WorkerProcess {
    const home = path.join(this.scratch(), name)
    const { trustFile } = user.workspace
    const made = new WorkerProcess({
      registered,
      home,
      name,
      directory,
      ...(trusts ? { trustFile } : {}),
    })
    this.workers.push(made)
    return made
  }
}
