import { spawn } from 'node:child_process'
import { buffer } from 'node:stream/consumers'
import { createReadStream } from 'node:fs'
import { AppError } from '../../src-main/core/errors/errors.ts'
import { verbatim } from '../../src-main/core/errors/message.ts'
import type { RemoteMachine } from '../../src-main/running/executors/ssh/node/remote-machine.ts'
import type { Payload } from '../../src-main/platform/ssh/connection.ts'

/** Runs orders for a machine with a shell of this one. */
export class LocalShellMachine {
  readonly name = 'here'
  readonly scripts: string[] = []
  readonly #workspace: string

  constructor(workspace: string) {
    this.#workspace = workspace
  }

  get machine(): RemoteMachine {
    return this as unknown as RemoteMachine
  }

  async reach(): Promise<string> {
    return this.#workspace
  }

  async order(script: string, payload?: Payload): Promise<Buffer> {
    this.scripts.push(script)
    const shell = spawn('sh', ['-c', `tw_nap() { sleep 0.02; }\n${script}`])
    if (payload === undefined) shell.stdin.end()
    else createReadStream(payload.path).pipe(shell.stdin)
    const ended = new Promise(resolve => shell.once('close', resolve))
    const output = await buffer(shell.stdout)
    if ((await ended) === 0) return output
    const reason = verbatim(output.toString())
    throw new AppError('machine.refused', { machine: this.name, reason })
  }
}
