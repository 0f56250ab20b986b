import { msg } from '../../../../../src-main/core/errors/message.ts'
import { describe, expect, it } from 'vitest'
import type { SpaceSpecification } from '../../../../../src-main/core/study/space-specification.ts'
import type {
  Assignment,
  TrialSnapshot,
  TrialState,
} from '../../../../../src-main/core/trial/trial.ts'
import { createRandomStream } from '../../../../../src-main/math/random/stream.ts'
import {
  gridOptionsSchema,
  gridSampler,
} from '../../../../../src-main/search/samplers/grid/grid.ts'
import type { SamplerContext } from '../../../../../src-main/search/samplers/sampler.ts'
import { buildSpace } from '../../../../../src-main/search/space/build-space.ts'

function contextOf(space: SpaceSpecification, seed = 0): SamplerContext {
  return {
    space: buildSpace(space),
    goals: [{ metric: 'value', direction: 'minimize' }],
    constraints: [],
    parallelTrials: 1,
    seed,
    trialBudget: null,
  }
}

function trial(number: number, parameters: Assignment, state: TrialState): TrialSnapshot {
  return { number, state, parameters, values: state === 'complete' ? [0] : [], reports: [] }
}

/** Runs the whole grid; trials end in the given states in turn. */
function walk(
  space: SpaceSpecification,
  options: unknown = {},
  { seed = 0, states = ['complete'] as readonly TrialState[] } = {},
): Assignment[] {
  const sampler = gridSampler.create(gridOptionsSchema.parse(options), contextOf(space, seed))
  const trials: TrialSnapshot[] = []
  for (;;) {
    const trialNumber = trials.length
    const random = createRandomStream({ seed, number: trialNumber, purpose: 'proposal' })
    const answer = sampler.propose({ trials, trialNumber, random })
    if ('exhausted' in answer) {
      expect(answer.reason).toEqual(msg('ending.gridTried', { cells: trials.length }))
      return trials.map(({ parameters }) => parameters)
    }
    expect(answer.provenance.reason).toMatchObject({
      code: 'proposal.gridCell',
      values: { cell: trialNumber + 1 },
    })
    const state = states[trialNumber % states.length] as TrialState
    trials.push(trial(trialNumber, answer.parameters, state))
    if (trials.length > 2_000) throw new Error('the grid does not end')
  }
}

function columnOf(space: SpaceSpecification, options: unknown = {}): unknown[] {
  return walk(space, { shuffle: false, ...(options as object) }).map(({ x }) => x)
}

describe('grid values', () => {
  it('takes steps, choices and ordinals whole', () => {
    expect(columnOf({ x: { float: [0, 0.5], step: 0.1 } })).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5])
    expect(columnOf({ x: { int: [16, 256], step: 16 } })).toHaveLength(16)
    expect(columnOf({ x: { choice: ['a', true, 3] } })).toEqual(['a', true, 3])
    expect(columnOf({ x: { ordinal: ['s', 'm'] } })).toEqual(['s', 'm'])
    expect(columnOf({ x: { fixed: 4 } })).toEqual([4])
  })

  it('spreads floats evenly, with log geometrically, both ends included', () => {
    expect(columnOf({ x: { float: [0, 1] } })).toEqual([0, 0.25, 0.5, 0.75, 1])
    expect(columnOf({ x: { float: [1e-4, 1], log: true } })).toEqual([1e-4, 1e-3, 1e-2, 1e-1, 1])
    expect(columnOf({ x: { float: [0.1, 0.7] } }, { points: 4 })).toEqual([0.1, 0.3, 0.5, 0.7])
    expect(columnOf({ x: { float: [2, 2] } })).toEqual([2])
  })

  it('ends on ranges that hold fewer numbers than points, and stays even on narrow ones', () => {
    // Between 1 and 1 + 2 ulp there is one more number.
    const narrow = columnOf({ x: { float: [1, 1 + 2 ** -51] } })
    expect(narrow).toEqual([1, 1 + 2 ** -52, 1 + 2 ** -51])
    expect(columnOf({ x: { float: [1e12, 1e12 + 2] } })).toEqual([
      1e12,
      1e12 + 0.5,
      1e12 + 1,
      1e12 + 1.5,
      1e12 + 2,
    ])
    expect(columnOf({ x: { int: [1, 20], log: true } }, { points: 9 })).toEqual([
      1, 2, 3, 4, 7, 9, 14, 20,
    ])
  })

  it('takes small integer ranges whole and thins long ones', () => {
    expect(columnOf({ x: { int: [1, 6] } })).toEqual([1, 2, 3, 4, 5, 6])
    expect(columnOf({ x: { int: [0, 100] } })).toEqual([0, 25, 50, 75, 100])
    expect(columnOf({ x: { int: [1, 1000], log: true } }, { points: 4 })).toEqual([
      1, 10, 100, 1000,
    ])
    expect(columnOf({ x: { int: [0, 100] } }, { points: 101 })).toHaveLength(101)
    expect(columnOf({ x: { int: [1, 7] } }, { points: { x: 3 } })).toEqual([1, 4, 7])
  })

  it('keeps the values that a condition names on a thinned range', () => {
    const cells = walk({ x: { int: [0, 100] }, y: { choice: [1, 2], when: { x: 7 } } })
    expect(cells.filter(({ x }) => x === 7).map(({ y }) => y)).toEqual(
      expect.arrayContaining([1, 2]),
    )
    expect(cells).toHaveLength(7)
  })
})

describe('grid order', () => {
  const space: SpaceSpecification = { a: { int: [0, 4] }, b: { choice: ['x', 'y', 'z'] } }

  it('tries every combination once, whatever becomes of the trials', () => {
    const states = ['complete', 'failed', 'pruned', 'canceled', 'running', 'interrupted'] as const
    const cells = walk(space, {}, { states })
    expect(cells).toHaveLength(15)
    expect(new Set(cells.map(cell => JSON.stringify(cell))).size).toBe(15)
  })

  it('shuffles by the study seed, or counts up', () => {
    expect(walk(space, {}, { seed: 1 })).toEqual(walk(space, {}, { seed: 1 }))
    expect(walk(space, {}, { seed: 1 })).not.toEqual(walk(space, {}, { seed: 2 }))
    expect(walk(space, { shuffle: false }).slice(0, 6)).toEqual([
      { a: 0, b: 'x' },
      { a: 1, b: 'x' },
      { a: 2, b: 'x' },
      { a: 3, b: 'x' },
      { a: 4, b: 'x' },
      { a: 0, b: 'y' },
    ])
  })

  it('walks a conditional space as a tree without duplicates', () => {
    const cells = walk({
      optimizer: { choice: ['sgd', 'momentum', 'adam'] },
      momentum: { float: [0, 1], step: 0.5, when: { optimizer: ['momentum'] } },
      nesterov: { choice: [true, false], when: { momentum: [0.5, 1] } },
      layers: { int: [1, 2] },
      units: { ordinal: [8, 16, 32], when: { layers: 2, optimizer: ['sgd', 'adam'] } },
    })
    // layers 1: sgd, adam, momentum 0, and 0.5 and 1 with two each = 7; layers 2: sgd and adam three each, momentum 5 = 11.
    expect(cells).toHaveLength(18)
    expect(new Set(cells.map(cell => JSON.stringify(cell))).size).toBe(18)
  })

  it('skips cells that were tried out of turn and ignores points off the grid', () => {
    const sampler = gridSampler.create(gridOptionsSchema.parse({}), contextOf(space))
    const random = createRandomStream({ seed: 0, number: 9, purpose: 'proposal' })
    const first = sampler.propose({ trials: [], trialNumber: 0, random })
    if ('exhausted' in first) throw new Error('unexpected')
    const trials = [
      trial(0, { a: 99, b: 'x' }, 'complete'),
      trial(1, { a: 1 }, 'complete'),
      trial(2, first.parameters, 'running'),
    ]
    const second = sampler.propose({ trials, trialNumber: 3, random })
    expect(second).toMatchObject({
      provenance: { reason: msg('proposal.gridCell', { cell: 2, cells: 15 }) },
    })
  })

  it('handles billions of cells', () => {
    const big = Object.fromEntries(
      Array.from({ length: 9 }, (_, index) => [`x${index}`, { int: [0, 9] as [number, number] }]),
    )
    const context = contextOf(big)
    const options = gridOptionsSchema.parse({})
    expect(gridSampler.check(options, context)).toEqual([])
    const sampler = gridSampler.create(options, context)
    const trials: TrialSnapshot[] = []
    const random = createRandomStream({ seed: 0, number: 0, purpose: 'proposal' })
    for (let number = 0; number < 50; number++) {
      const answer = sampler.propose({ trials, trialNumber: number, random })
      if ('exhausted' in answer) throw new Error('unexpected')
      trials.push(trial(number, answer.parameters, 'complete'))
    }
    expect(new Set(trials.map(({ parameters }) => JSON.stringify(parameters))).size).toBe(50)
  })
})

describe('grid check', () => {
  it('refuses unknown names in points and grids beyond 2⁵³ cells', () => {
    const context = contextOf({ a: { float: [0, 1] } })
    const [problem] = gridSampler.check(gridOptionsSchema.parse({ points: { b: 3 } }), context)
    expect(problem).toMatchObject({ path: ['sampler', 'points', 'b'], value: 3 })
    const whole = contextOf({ a: { choice: [1, 2] }, b: { int: [0, 9], step: 3 } })
    const points = gridOptionsSchema.parse({ points: { a: 2, b: 3 } })
    expect(gridSampler.check(points, whole).map(({ path }) => path[2])).toEqual(['a', 'b'])
    const huge = Object.fromEntries(
      Array.from({ length: 16 }, (_, index) => [`x${index}`, { int: [0, 9] as [number, number] }]),
    )
    const [tooBig] = gridSampler.check(gridOptionsSchema.parse({}), contextOf(huge))
    expect(tooBig?.rule).toMatchObject({ code: 'rule.gridCells', values: { count: 1e16 } })
  })

  it.each([{ points: 1 }, { points: 2.5 }, { points: { a: 1 } }, { shuffle: 'yes' }, { other: 1 }])(
    'refuses the options %o',
    options => {
      expect(gridOptionsSchema.safeParse(options).success).toBe(false)
    },
  )
})
