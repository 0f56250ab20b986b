import { type ChildProcessByStdio, spawn } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { boxSpace, vectorOf } from './closed-forms.ts'
import type { SearchProblem } from './problem.ts'

/**
 * The 24 functions of BBOB, moved and turned differently in each instance; values are distances to the minimum. A Python with
 * `coco-experiment` computes them: TUNEWRIGHT_PEER_PYTHON.
 *
 * N. Hansen, S. Finck, R. Ros, A. Auger: Real-parameter black-box optimization benchmarking 2009: noiseless functions
 * definitions. INRIA RR-6829.
 */
export const bbobNames: readonly string[] = [2, 5].flatMap(dimension =>
  [1, 2, 3].flatMap(instance =>
    Array.from({ length: 24 }, (_, index) => nameOf(index + 1, dimension, instance)),
  ),
)

const pattern = /^bbob_f(\d+)_d(\d+)_i(\d+)$/

function nameOf(fn: number, dimension: number, instance: number): string {
  return `bbob_f${String(fn).padStart(2, '0')}_d${dimension}_i${instance}`
}

/** Whether a name is one of BBOB's, in whatever dimension and instance. */
export function isBbob(name: string): boolean {
  return pattern.test(name)
}

let values: ((question: string) => Promise<number>) | null = null

/** @returns null without a Python to ask */
export function loadBbob(name: string): SearchProblem | null {
  const [, fn, dimension, instance] = pattern.exec(name)!
  const python = process.env['TUNEWRIGHT_PEER_PYTHON']
  if (python === undefined) return null
  const size = Number(dimension)
  return {
    name,
    space: boxSpace(size, () => [-5, 5]),
    evaluate: point =>
      (values ??= askPython(python))(
        [Number(fn), size, Number(instance), ...vectorOf(point, size)].join(' '),
      ),
  }
}

/** One process for all problems of this one, from the first question on; it answers in order, and ends with this one. */
function askPython(python: string): (question: string) => Promise<number> {
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(
    python,
    [path.resolve(import.meta.dirname, '../../peers/bbob.py')],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const waiting: { resolve: (value: number) => void; reject: (error: Error) => void }[] = []
  let ended: Error | null = null
  const end = (error: Error): void => {
    ended = error
    for (const { reject } of waiting.splice(0)) reject(error)
  }
  child.on('error', end)
  child.on('exit', code => end(new Error(`bbob.py ended with ${code}`)))
  child.stdin.on('error', end)
  createInterface(child.stdout).on('line', line => waiting.shift()?.resolve(Number(line)))
  return question =>
    new Promise((resolve, reject) => {
      if (ended !== null) return reject(ended)
      waiting.push({ resolve, reject })
      child.stdin.write(`${question}\n`)
    })
}
