import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { MachineFile } from '../../src-main/platform/ssh/machine-file.ts'
import { useScratchFolders } from './scratch-folder.ts'
import { SshMachine } from './ssh-machine.ts'
import { UserCodeBench } from './user-code-study.ts'

/** Machines over SSH, one called `one` if not said otherwise, for the tests of a file. */
export class SshBench {
  readonly #scratch = useScratchFolders()
  readonly #names: readonly string[]
  readonly #machines = new Map<string, SshMachine>()

  constructor(names: readonly string[] = ['one']) {
    this.#names = names
  }

  /** To be called in the `describe` that is skipped without sshd. */
  start(): void {
    let folder = ''
    beforeAll(async () => {
      folder = mkdtempSync(path.join(os.tmpdir(), 'tunewright-ssh-'))
      for (const name of this.#names) {
        this.#machines.set(name, await SshMachine.start(folder, name))
      }
    })
    afterAll(() => {
      for (const machine of this.#machines.values()) machine.stop()
      rmSync(folder, { recursive: true, force: true })
    })
  }

  /** The first. */
  get machine(): SshMachine {
    return this.at(this.#names[0] ?? '')
  }

  at(name: string): SshMachine {
    const machine = this.#machines.get(name)
    if (machine === undefined) throw new Error(`${name} has not been started`)
    return machine
  }

  /** What machines over there still have of jobs. */
  jobs(): readonly string[] {
    return this.#names.flatMap(name => this.at(name).jobs())
  }

  /** A person whose computer knows the machines. */
  user(home = this.#scratch()): UserCodeBench {
    const user = new UserCodeBench(home)
    const file = new MachineFile(user.workspace.machineFile)
    for (const { machine } of this.#machines.values()) file.add(machine)
    return user
  }
}
