import { type ChildProcess, spawn } from 'node:child_process'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const child = fileURLToPath(new URL('optuna-child.ts', import.meta.url))

/** A back end with an open port for programs of Optuna, in a process of its own. */
export class OptunaServer {
  readonly port: number
  readonly #process: ChildProcess

  constructor(port: number, child: ChildProcess) {
    this.port = port
    this.#process = child
  }

  /** @param port 0 takes a free one @param failAfterMs see `--optuna-fail-after` */
  static async start(database: string, port = 0, failAfterMs?: number): Promise<OptunaServer> {
    const wanted = failAfterMs === undefined ? [] : [String(failAfterMs)]
    const server = spawn(process.execPath, [child, database, String(port), ...wanted], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    for await (const line of createInterface({ input: server.stdout })) {
      return new OptunaServer(Number(line), server)
    }
    throw new Error('the server did not start')
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const ended = new Promise(resolve => this.#process.once('exit', resolve))
    this.#process.kill(signal)
    await ended
  }
}
