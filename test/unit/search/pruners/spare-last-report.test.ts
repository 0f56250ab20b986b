import { describe, expect, it } from 'vitest'
import { parseSpecification } from '../../../../src-main/core/study/parse-specification.ts'
import type { StudySpecificationInput } from '../../../../src-main/core/study/study-specification.ts'
import { StudySearch } from '../../../../src-main/search/study-search.ts'

const program = { command: ['train.sh'] }
const median = { name: 'median', startupTrials: 1, warmupSteps: 0, minMargin: 0 }

function open(
  objective: StudySpecificationInput['objective'],
  space: StudySpecificationInput['space'] = { x: { float: [0, 1] } },
  pruner: object = median,
  changes: Partial<StudySpecificationInput> = {},
): StudySearch {
  const parsed = parseSpecification({
    name: 'last reports',
    objective,
    pruner,
    stop: { trials: 10 },
    goals: [{ metric: 'value', direction: 'minimize' }],
    space,
    ...changes,
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  const search = new StudySearch()
  search.open(parsed.specification, [])
  return search
}

/** The step at which a trial of these reports is pruned; null: it comes to its end. */
function run(
  search: StudySearch,
  number: number,
  steps: readonly number[],
  value: number,
  parameters: Readonly<Record<string, number>> = { x: 0 },
): number | null {
  search.started(number, parameters)
  for (const step of steps) {
    if (search.judge(number, step, value).action === 'continue') continue
    search.finished(number, 'pruned', [value])
    return step
  }
  search.finished(number, 'complete', [value])
  return null
}

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1)

describe('the last report of a trial', () => {
  it('is never pruned where a goal is reported once, at the end', () => {
    for (const pruner of [median, { name: 'asha' }, { name: 'patient', patience: 1 }]) {
      const search = open(program, undefined, pruner)
      expect(run(search, 0, [8], 1)).toBeNull()
      expect(run(search, 1, [8], 9)).toBeNull()
      expect(run(search, 2, [8], 99)).toBeNull()
    }
  })

  it('is the step at which complete trials ended; any earlier one is judged', () => {
    const search = open(program)
    expect(run(search, 0, upTo(4), 1)).toBeNull()
    expect(run(search, 1, upTo(4), 9)).toBe(1)
    expect(run(search, 2, [4], 9)).toBeNull()
  })

  it('follows the epochs of each trial, counted from 1 or from 0', () => {
    for (const first of [0, 1]) {
      const epochs = (count: number) => upTo(count).map(step => step - 1 + first)
      const search = open(program, { epochs: { int: [1, 9] } })
      expect(run(search, 0, epochs(9), 1, { epochs: 9 })).toBeNull()
      expect(run(search, 1, epochs(3).slice(-1), 9, { epochs: 3 })).toBeNull()
      expect(run(search, 2, epochs(9).slice(-3), 9, { epochs: 9 })).toBe(6 + first)
    }
  })

  it('is not taken from epochs where a program counts something else', () => {
    const search = open(program, { epochs: { int: [1, 9] } })
    run(search, 0, upTo(300), 1, { epochs: 3 })
    expect(run(search, 1, upTo(300).slice(5), 9, { epochs: 3 })).toBe(6)
  })

  it('is the last step of a function of ours, also of its first trials', () => {
    const space = {
      x0: { float: [0, 1] as [number, number] },
      x1: { float: [0, 1] as [number, number] },
    }
    const search = open({ function: 'branin', steps: 3 }, space, { name: 'threshold', upper: 5 })
    expect(run(search, 0, [3], 9, { x0: 0, x1: 0 })).toBeNull()
    expect(run(search, 1, [2, 3], 9, { x0: 0, x1: 0 })).toBe(2)
  })

  it('is judged where further trainings of the trial follow', () => {
    const search = open(program, undefined, median, { replicates: { count: 3 } })
    run(search, 0, [8], 1)
    expect(run(search, 1, [8], 9)).toBe(8)
  })

  it('is judged where another program decides what to do with the answer', () => {
    const search = open({ external: true })
    run(search, 0, [8], 1)
    expect(run(search, 1, [8], 9)).toBe(8)
  })
})
