import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { StudyPlan } from './propose-trials.ts'

const program = fileURLToPath(new URL('./propose-in-process.ts', import.meta.url))

/** One other process for all studies of a test file: to start one takes longer than to ask it. */
let other: { readonly child: ChildProcess; readonly lines: AsyncIterator<string> } | null = null

function start(): NonNullable<typeof other> {
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  // It ends with its input, when this process does, and keeps nobody waiting.
  child.unref()
  return { child, lines }
}

/** What another process proposes for a study; its functions do not reach it. */
export async function proposeElsewhere(plan: StudyPlan): Promise<unknown> {
  other ??= start()
  ;(other.child.stdin as Writable).write(`${JSON.stringify(plan)}\n`)
  const { value, done } = await other.lines.next()
  if (done === true) throw new Error('the other process has ended')
  return JSON.parse(value)
}
