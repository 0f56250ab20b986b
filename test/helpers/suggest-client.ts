import { spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { killGroup, ownGroup, pressControlC } from './process-group.ts'

const entry = fileURLToPath(new URL('../../bin/tunewright.cjs', import.meta.url))

type Answer = Readonly<Record<string, unknown>>

/** What a program says first: a study that nobody else trains. */
export const toldStudy = {
  name: 'told',
  goals: [{ metric: 'loss', direction: 'minimize' }],
  space: { x: { float: [0, 1] } },
  sampler: { name: 'random' },
  seed: 5,
}

/** `tunewright suggest` as another program talks to it, through its launcher. */
export function startSuggest(parameters: readonly string[], folder: string) {
  const child = spawn(process.execPath, [entry, ...parameters, 'suggest'], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, LANG: 'en_US.UTF-8', LC_ALL: '' },
    ...ownGroup,
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const exit = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>

  return {
    send(line: unknown): void {
      child.stdin.write(`${JSON.stringify(line)}\n`)
    },
    async next(): Promise<Answer> {
      const { value, done } = await lines.next()
      if (done === true) throw new Error('no further answer')
      return JSON.parse(value) as Answer
    },
    async call(line: unknown): Promise<Answer> {
      this.send(line)
      return this.next()
    },
    async end(): Promise<number | null> {
      child.stdin.end()
      return (await exit)[0]
    },
    signal(name: NodeJS.Signals): void {
      if (name === 'SIGINT') pressControlC(child.pid)
      else if (child.exitCode === null && child.signalCode === null)
        process.kill(-Number(child.pid), name)
    },
    async kill(): Promise<void> {
      if (child.exitCode === null && child.signalCode === null) killGroup(child.pid)
      await exit
    },
    exit,
  }
}

export type SuggestClient = ReturnType<typeof startSuggest>
