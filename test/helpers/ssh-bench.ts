import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { MachineFile } from '../../src-main/ssh/machine-file.ts'
import { useScratchFolders } from './scratch-folder.ts'
import { SshMachine } from './ssh-machine.ts'
import { UserCodeBench } from './user-code-study.ts'

/** A machine over SSH, called `one`, for the tests of a file. */
export class SshBench {
  readonly #scratch = useScratchFolders()
  #machine: SshMachine | null = null

  /** To be called in the `describe` that is skipped without sshd. */
  start(): void {
    let folder = ''
    beforeAll(async () => {
      folder = mkdtempSync(path.join(os.tmpdir(), 'tunewright-ssh-'))
      this.#machine = await SshMachine.start(folder, 'one')
    })
    afterAll(() => {
      this.#machine?.stop()
      rmSync(folder, { recursive: true, force: true })
    })
  }

  get machine(): SshMachine {
    if (this.#machine === null) throw new Error('the machine has not been started')
    return this.#machine
  }

  /** A person whose computer knows the machine. */
  user(): UserCodeBench {
    const user = new UserCodeBench(this.#scratch())
    new MachineFile(user.workspace.machineFile).add(this.machine.machine)
    return user
  }
}
