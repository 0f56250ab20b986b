import { vi } from 'vitest'
import { askToEnd } from './process-group.ts'
import { jsonObjects, startTunewright } from './run-tunewright.ts'

export interface Served {
  readonly link: string
  readonly port: number
  /** Ends the process as Ctrl-C does and waits for it. */
  end(): Promise<number | null>
  /** kill -9 of the launcher and, through its channel, of the command. */
  kill(): Promise<void>
}

/** Starts `tunewright serve` on a database; the link signs one browser in. */
export async function serve(database: string, folder: string, port = 0): Promise<Served> {
  const running = startTunewright(
    ['--json', '--db', database, 'serve', '--port', String(port)],
    folder,
  )
  await vi.waitUntil(() => running.stdout().includes('"serving"'), { timeout: 90_000 })
  const serving = jsonObjects(running.stdout()).find(({ event }) => event === 'serving')
  return {
    link: String(serving?.link),
    port: Number(serving?.port),
    async end() {
      askToEnd(running.child.pid)
      return (await running.result).exitCode
    },
    async kill() {
      running.child.kill('SIGKILL')
      await running.result
    },
  }
}
