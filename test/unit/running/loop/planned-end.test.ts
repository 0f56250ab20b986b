import { msg } from '../../../../src-main/core/errors/message.ts'
import { describe, expect, it } from 'vitest'
import { studySpecificationSchema } from '../../../../src-main/core/study/study-specification.ts'
import type { TrialSnapshot } from '../../../../src-main/core/trial/trial.ts'
import { plannedEnd } from '../../../../src-main/running/loop/planned-end.ts'
import { StudySearch } from '../../../../src-main/search/study-search.ts'

const program = { command: ['train'], resumes: true }

function study(pruner: object, objective: object = program) {
  return studySpecificationSchema.parse({
    name: 's',
    objective,
    pruner,
    stop: { trials: 9 },
    goals: [{ metric: 'loss', direction: 'minimize' }],
    space: { x: { float: [0, 1] } },
  })
}

const provenance = { sampler: 'random', reason: msg('proposal.random') }
const parameters = { x: 0.5 }

describe('the step that a program is told to end at', () => {
  const promotion = { name: 'promotion', maxResource: 9 }

  it.each([
    [undefined, 1],
    [{ trial: 0, step: 1, mode: 'continue' as const }, 3],
    [{ trial: 0, step: 2, mode: 'fork' as const }, 3],
    [{ trial: 0, step: 3, mode: 'continue' as const }, 9],
    [{ trial: 0, step: 5, mode: 'initialize' as const }, 1],
  ])('is the next rung of a promotion: from %j to %i', (origin, expected) => {
    const proposal = { parameters, provenance, ...(origin === undefined ? {} : { origin }) }
    const parent: TrialSnapshot = {
      number: 0,
      state: 'pruned',
      parameters,
      values: [1],
      reports: [],
    }
    expect(plannedEnd(study(promotion), 1, proposal, [parent])).toBe(expected)
    // What a person asked for is not made longer.
    const shorter = { ...proposal, untilStep: 2 }
    expect(plannedEnd(study(promotion), 1, shorter, [parent])).toBe(Math.min(2, expected))
  })

  it.each([1, 2, 3])('is where the pruner stops it in any of %i brackets', brackets => {
    const specification = study({ ...promotion, brackets })
    const search = new StudySearch()
    search.open(specification, [])
    for (let number = 0; number < 40; number++) {
      const end = plannedEnd(specification, number, { parameters, provenance }, [])
      search.started(number, parameters)
      let stopped = 0
      for (let step = 1; step <= 9 && stopped === 0; step++) {
        if (search.judge(number, step, 1).action === 'prune') stopped = step
      }
      expect(stopped === 0 ? 9 : stopped, `trial ${number}`).toBe(end)
    }
  })

  it.each(['continue', 'fork'] as const)('is where a %s is stopped', mode => {
    const specification = study(promotion)
    const parent: TrialSnapshot = {
      number: 0,
      state: 'pruned',
      parameters,
      values: [1],
      reports: [{ step: 1, value: 1 }],
    }
    const origin = { trial: 0, step: 1, mode }
    const search = new StudySearch()
    search.open(specification, [parent])
    search.started(1, parameters, { origin })
    expect(plannedEnd(specification, 1, { parameters, provenance, origin }, [parent])).toBe(3)
    expect(search.judge(1, 2, 1).action).toBe('continue')
    expect(search.judge(1, 3, 1).action).toBe('prune')
  })

  it('is left to the program by other pruners, and to tasks by all', () => {
    const proposal = { parameters, provenance }
    expect(plannedEnd(study({ name: 'median' }), 0, proposal, [])).toBeUndefined()
    const until = { ...proposal, untilStep: 4 }
    expect(plannedEnd(study({ name: 'none' }), 0, until, [])).toBe(4)
    const sphere = study(promotion, { function: 'sphere', steps: 9 })
    expect(plannedEnd(sphere, 0, proposal, [])).toBeUndefined()
  })

  it('is told to trainings on other machines, too, but for the last: that their parameters say', () => {
    const objective = { function: 'sphere', steps: 12 }
    const elsewhere = {
      ...study(promotion, objective),
      executor: { ssh: { machines: [{ host: 'a' }] } },
    }
    expect(plannedEnd(elsewhere, 0, { parameters, provenance }, [])).toBe(1)
    const origin = { trial: 0, step: 3, mode: 'continue' as const }
    const parent: TrialSnapshot = {
      number: 0,
      state: 'pruned',
      parameters,
      values: [1],
      reports: [],
    }
    expect(plannedEnd(elsewhere, 1, { parameters, provenance, origin }, [parent])).toBeUndefined()
  })
})
