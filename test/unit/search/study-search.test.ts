import { msg } from '../../../src-main/core/errors/message.ts'
import { describe, expect, it } from 'vitest'
import { parseSpecification } from '../../../src-main/core/study/parse-specification.ts'
import type { StudySpecification } from '../../../src-main/core/study/study-specification.ts'
import type { TrialSnapshot } from '../../../src-main/core/trial/trial.ts'
import { StudySearch } from '../../../src-main/search/study-search.ts'
import { deepFreeze } from '../../helpers/deep-freeze.ts'

function specify(changes: Record<string, unknown> = {}): StudySpecification {
  const parsed = parseSpecification({
    name: 'test',
    objective: { function: 'sphere' },
    goals: [{ metric: 'value', direction: 'minimize' }],
    space: { x0: { float: [-5, 5] }, x1: { int: [0, 3] } },
    pruner: { name: 'median', startupTrials: 1, warmupSteps: 0, minMargin: 0 },
    stop: { trials: 10 },
    seed: 3,
    ...changes,
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.specification
}

function open(
  changes?: Record<string, unknown>,
  history: readonly TrialSnapshot[] = [],
): StudySearch {
  const search = new StudySearch()
  search.open(specify(changes), history)
  return search
}

/** A whole trial with the given reports; gives the actions of the pruner. */
function runTrial(search: StudySearch, number: number, values: readonly number[]): string[] {
  const proposal = search.propose(number)
  if ('exhausted' in proposal) throw new Error(proposal.reason.code)
  search.started(number, proposal.parameters)
  const actions: string[] = []
  for (const [index, value] of values.entries()) {
    const { action } = search.judge(number, index + 1, value)
    actions.push(action)
    if (action === 'prune') {
      search.finished(number, 'pruned', [value])
      return actions
    }
  }
  search.finished(number, 'complete', [values.at(-1) ?? Number.NaN])
  return actions
}

function thrown(action: () => unknown): unknown {
  try {
    action()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

describe('StudySearch', () => {
  it('proposes by number: the same for the same study, another point for every trial', () => {
    const [first, second] = [open(), open()]
    const points = [0, 1, 2].map(number => first.propose(number))
    expect(points).toEqual([0, 1, 2].map(number => second.propose(number)))
    expect(new Set(points.map(point => JSON.stringify(point))).size).toBe(3)
    expect(open({ seed: 4 }).propose(0)).not.toEqual(points[0])
    // Random search does not look at other trials, so the order of asking does not matter.
    expect(open().propose(2)).toEqual(points[2])
  })

  it('gives the same answer again until the trial has started', () => {
    const search = open({ sampler: { name: 'grid' } })
    const first = search.propose(0)
    expect(search.propose(0)).toEqual(first)
    expect(search.propose(1)).not.toEqual(first)
  })

  it('lets the pruner compare with complete trials', () => {
    const search = open()
    expect(runTrial(search, 0, [3, 2, 1])).toEqual(['continue', 'continue', 'continue'])
    expect(runTrial(search, 1, [2, 2.5])).toEqual(['continue', 'continue'])
    expect(runTrial(search, 2, [9])).toEqual(['prune'])
    search.started(3, { x0: 0, x1: 0 })
    expect(search.judge(3, 1, 9)).toMatchObject({
      action: 'prune',
      reason: msg('pruning.belowMedian', { best: 9, threshold: 2.5, count: 2, step: 1 }),
    })
  })

  it('forgets the reports of earlier attempts', () => {
    const search = open()
    runTrial(search, 0, [2, 2])
    search.started(1, { x0: 0, x1: 0 })
    search.judge(1, 1, 1)
    search.started(1, { x0: 0, x1: 0 })
    expect(search.judge(1, 1, 5).action).toBe('prune')
  })

  it('goes on from the history as if nothing had happened', () => {
    for (const sampler of [{ name: 'random' }, { name: 'grid', points: 4 }]) {
      const whole = open({ sampler })
      const history: TrialSnapshot[] = []
      for (let number = 0; number < 8; number++) {
        const values = [1 + number, 0.5 + Math.abs(number - 4)]
        const restarted = open({ sampler }, deepFreeze(structuredClone(history)))
        const proposal = restarted.propose(number)
        const actions = runTrial(restarted, number, values)
        expect(whole.propose(number)).toEqual(proposal)
        expect(runTrial(whole, number, values)).toEqual(actions)
        if ('exhausted' in proposal) throw new Error('unexpected')
        const pruned = actions.at(-1) === 'prune'
        history.push({
          number,
          state: pruned ? 'pruned' : 'complete',
          parameters: proposal.parameters,
          values: [values[actions.length - 1] as number],
          reports: values
            .slice(0, actions.length)
            .map((value, index) => ({ step: index + 1, value })),
        })
      }
    }
  })

  it('continues a trial that was running when the search process was restarted', () => {
    const history: readonly TrialSnapshot[] = deepFreeze([
      {
        number: 0,
        state: 'complete',
        parameters: {},
        values: [1],
        reports: [{ step: 2, value: 1 }],
      },
      {
        number: 1,
        state: 'running',
        parameters: {},
        values: [],
        reports: [{ step: 1, value: 0.5 }],
      },
    ])
    const search = open({}, history)
    expect(search.judge(1, 2, 7).action).toBe('continue')
    expect(history[1]?.reports).toHaveLength(1)
  })

  it('refuses relations and points that do not fit, with everything else', () => {
    const error = thrown(() =>
      open({
        relations: ['x0 < y', 'x1 <'],
        enqueue: [{ x0: 9 }],
        sampler: { name: 'grid', points: { y: 3 } },
      }),
    )
    expect(error).toMatchObject({
      detail: {
        problems: [
          { path: ['sampler', 'points', 'y'] },
          { path: ['relations', 0] },
          { path: ['relations', 1] },
          { path: ['enqueue', 0, 'x0'] },
        ],
      },
    })
  })

  it('takes constraint values where there are values, one per constraint', () => {
    const search = open({ constraints: ['size'] })
    const refusal = { code: 'protocol.invalid', detail: { field: 'constraints' } }
    for (const number of [0, 1, 2]) search.started(number, {})
    expect(thrown(() => search.finished(0, 'complete', [1]))).toMatchObject(refusal)
    expect(thrown(() => search.finished(0, 'complete', [1], [1, 2]))).toMatchObject(refusal)
    expect(thrown(() => search.finished(0, 'failed', [], [1]))).toMatchObject(refusal)
    search.finished(0, 'complete', [1], [Number.NaN])
    search.finished(1, 'pruned', [1], [-1])
    search.finished(2, 'failed', [])
  })

  it('counts proposed and running trials as tried, and ends when a grid is exhausted', () => {
    const space = { x0: { int: [0, 1] }, x1: { fixed: 0 } }
    const search = open({ space, sampler: { name: 'grid' } })
    const points = [search.propose(0), search.propose(1)].map(answer =>
      'exhausted' in answer ? null : answer.parameters['x0'],
    )
    expect(points.sort()).toEqual([0, 1])
    expect(search.propose(2)).toEqual({
      exhausted: true,
      reason: msg('ending.gridTried', { cells: 2 }),
    })
  })

  it('refuses calls that do not fit', () => {
    const protocol = (field: string) => ({ code: 'protocol.invalid', detail: { field } })
    expect(thrown(() => new StudySearch().propose(0))).toMatchObject(protocol('type'))
    const search = open()
    runTrial(search, 0, [1])
    expect(thrown(() => search.propose(0))).toMatchObject(protocol('trialNumber'))
    expect(thrown(() => search.judge(0, 2, 1))).toMatchObject(protocol('trialNumber'))
    expect(thrown(() => search.judge(7, 1, 1))).toMatchObject(protocol('trialNumber'))
    expect(thrown(() => search.finished(0, 'complete', [1]))).toMatchObject(protocol('trialNumber'))
    search.started(1, {})
    search.judge(1, 3, 1)
    expect(thrown(() => search.judge(1, 3, 1))).toMatchObject(protocol('step'))
    expect(thrown(() => search.judge(1, 4.5, 1))).toMatchObject(protocol('step'))
    expect(thrown(() => search.finished(1, 'running', []))).toMatchObject(protocol('state'))
  })

  it('refuses samplers, pruners and options that it does not know, all at once', () => {
    const error = thrown(() =>
      open({ sampler: { name: 'best' }, pruner: { name: 'median', x: 1 } }),
    )
    expect(error).toMatchObject({
      code: 'specification.invalid',
      detail: { problems: [{ path: ['sampler', 'name'] }, { path: ['pruner', 'x'] }] },
    })
    const grid = thrown(() => open({ sampler: { name: 'grid', points: { y: 3 } } }))
    expect(grid).toMatchObject({ detail: { problems: [{ path: ['sampler', 'points', 'y'] }] } })
  })
})
