import { type ChildProcessByStdio, spawn } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'

/**
 * A script of `bench/peers` as one process that answers each line with a line, in order, from now on; it ends with this one.
 * @returns the answer to a question
 */
export function askPython(python: string, script: string): (question: string) => Promise<string> {
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(
    python,
    [path.resolve(import.meta.dirname, '../peers', script)],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const waiting: { resolve: (answer: string) => void; reject: (error: Error) => void }[] = []
  let ended: Error | null = null
  const end = (error: Error): void => {
    ended = error
    for (const { reject } of waiting.splice(0)) reject(error)
  }
  child.on('error', end)
  child.on('exit', code => end(new Error(`${script} ended with ${code}`)))
  child.stdin.on('error', end)
  createInterface(child.stdout).on('line', line => waiting.shift()?.resolve(line))
  return question =>
    new Promise((resolve, reject) => {
      if (ended !== null) return reject(ended)
      waiting.push({ resolve, reject })
      child.stdin.write(`${question}\n`)
    })
}
