import { describe, expect, it } from 'vitest'
import { ForeignFileError } from '../../../../src-main/interop/foreign-study-file.ts'
import { fromRuns, type RunsQuestion } from '../../../../src-main/interop/runs/from-runs.ts'
import type { PastRun } from '../../../../src-main/interop/runs/past-run.ts'

const curve = (...values: readonly number[]) => ({ steps: values.map((_, step) => step), values })

function run(change: Partial<PastRun> & Pick<PastRun, 'name' | 'settings'>): PastRun {
  return {
    program: 'W&B',
    group: null,
    metrics: { loss: curve(1, 0.5, 0.7), 'val/accuracy': curve(0.1, 0.9, 0.4) },
    state: 'complete',
    startedAtMs: 1_000,
    finishedAtMs: 2_000,
    ...change,
  }
}

const runs: readonly PastRun[] = [
  run({
    name: 'b',
    settings: { lr: 0.01, depth: 2, seed: 2, out: '/b', epochs: 5 },
    startedAtMs: 5,
  }),
  run({
    name: 'a',
    settings: { lr: 0.1, depth: 3, seed: 1, out: '/a', epochs: 5 },
    startedAtMs: 3,
  }),
  run({
    name: 'c',
    settings: { lr: 0.001, depth: 4, seed: 3, out: '/c', epochs: 5 },
    startedAtMs: 9,
  }),
]
const askRuns = (change: Partial<RunsQuestion> = {}) =>
  fromRuns({ runs, goals: [], space: null, atMs: 77, looksSecret: () => false, ...change })

describe('past runs', () => {
  it('are trials in the order of their starts, with the settings that differ as parameters', () => {
    const { space, trials, goals, notes } = askRuns()
    expect(goals).toEqual([{ metric: 'val/accuracy', direction: 'maximize' }])
    expect(space).toEqual({ lr: { float: [0.001, 0.1], log: true }, depth: { int: [2, 4] } })
    expect(trials.map(({ number, parameters }) => [number, parameters])).toEqual([
      [0, { lr: 0.1, depth: 3 }],
      [1, { lr: 0.01, depth: 2 }],
      [2, { lr: 0.001, depth: 4 }],
    ])
    expect(trials[0]).toMatchObject({
      values: [0.9],
      bestStep: 1,
      startedAtMs: 3,
      finishedAtMs: 2_000,
    })
    expect(notes).toContainEqual({ code: 'settingsFixed', settings: ['epochs'], more: 0 })
    expect(notes).toContainEqual({ code: 'settingsLeftOut', settings: ['seed', 'out'], more: 0 })
    expect(notes).toContainEqual({
      code: 'goalOfRuns',
      metric: 'val/accuracy',
      direction: 'maximize',
      metrics: 2,
    })
  })

  it('have the goals that a person sets, the others at the best step of the first', () => {
    const { trials, notes } = askRuns({
      goals: [
        { metric: 'loss', direction: 'minimize' },
        { metric: 'val/accuracy', direction: 'maximize' },
      ],
    })
    expect(trials[0]).toMatchObject({ values: [0.5, 0.9], bestStep: 1 })
    expect(notes.map(({ code }) => code)).not.toContain('goalOfRuns')
  })

  it('end as their logger says; without a value of the goal they have failed', () => {
    const ends = (['complete', 'failed', 'killed', 'running', null] as const).map((state, index) =>
      run({ name: String(index), settings: { lr: index }, state, startedAtMs: index }),
    )
    const empty = run({
      name: 'empty',
      settings: { lr: 7 },
      metrics: { loss: curve(1) },
      state: null,
    })
    const { trials, notes } = askRuns({ runs: [...ends, empty] })
    expect(trials.map(({ state, failure }) => [state, failure?.class])).toEqual([
      ['complete', undefined],
      ['failed', 'code'],
      ['failed', 'killed'],
      ['interrupted', undefined],
      ['complete', undefined],
      ['failed', 'data'],
    ])
    const missing = { code: 'runsWithoutValue', metric: 'val/accuracy', runs: ['empty'], more: 0 }
    expect(notes).toContainEqual(missing)
  })

  it('are not compared by a metric that is not a number anywhere', () => {
    const broken = run({ name: 'd', settings: { lr: 1 }, metrics: { loss: curve(Number.NaN) } })
    const { trials } = askRuns({
      runs: [...runs, broken],
      goals: [{ metric: 'loss', direction: 'minimize' }],
    })
    expect(trials.at(-1)).toMatchObject({ state: 'failed', values: [] })
  })

  it('are left out, and named up to a number, where they have no parameter', () => {
    const bare = Array.from({ length: 25 }, (_, index) => run({ name: `x${index}`, settings: {} }))
    const { trials, notes } = askRuns({ runs: [...runs, ...bare] })
    expect(trials).toHaveLength(3)
    expect(notes.find(({ code }) => code === 'runsWithoutParameters')).toMatchObject({ more: 5 })
  })

  it('keep secrets to themselves', () => {
    const secret = ['k1', 'k1', 'k2'].map((key, index) =>
      run({ name: String(index), settings: { lr: index + 1, api_key: key } }),
    )
    const { space, notes } = askRuns({ runs: secret, looksSecret: name => /key/.test(name) })
    expect(Object.keys(space)).toEqual(['lr'])
    expect(notes).toContainEqual({ code: 'settingsLeftOut', settings: ['api_key'], more: 0 })
    expect(JSON.stringify(notes)).not.toContain('k2')
  })

  it('have the space of a study file where there is one', () => {
    const space = { lr: { float: [0.0001, 1] as [number, number], log: true } }
    const read = askRuns({ space })
    expect(read.space).toBe(space)
    expect(read.trials.map(({ parameters }) => parameters)).toEqual([
      { lr: 0.1 },
      { lr: 0.01 },
      { lr: 0.001 },
    ])
  })
})

describe('past runs are refused', () => {
  it.each([
    ['without a metric', { runs: runs.map(each => ({ ...each, metrics: {} })) }, 'metrics'],
    ['without a setting that differs', { runs: runs.slice(0, 1) }, 'parameters'],
    [
      'with metrics whose names say nothing',
      { runs: runs.map(each => ({ ...each, metrics: { q: curve(1) } })) },
      'goals',
    ],
    [
      'with a goal that is no metric',
      { goals: [{ metric: 'los', direction: 'minimize' as const }] },
      'goals',
    ],
  ])('%s', (_, change, field) => {
    expect(() => askRuns(change)).toThrow(ForeignFileError)
    expect(() => askRuns(change)).toThrow(expect.objectContaining({ field }) as Error)
  })
})
