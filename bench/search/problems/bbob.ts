import { askPython } from '../python-answers.ts'
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

/** Of all problems of this process, from the first question on. */
let answers: ((question: string) => Promise<string>) | null = null

/** @returns null without a Python to ask */
export function loadBbob(name: string): SearchProblem | null {
  const [, fn, dimension, instance] = pattern.exec(name)!
  const python = process.env['TUNEWRIGHT_PEER_PYTHON']
  if (python === undefined) return null
  const size = Number(dimension)
  return {
    name,
    space: boxSpace(size, () => [-5, 5]),
    async evaluate(point) {
      answers ??= askPython(python, 'bbob.py')
      const question = [Number(fn), size, Number(instance), ...vectorOf(point, size)].join(' ')
      return Number(await answers(question))
    },
  }
}
