import { msg, type MessageDescriptor } from '../../../../src-main/core/errors/message.ts'
import { describe, expect, it } from 'vitest'
import { messageLine } from '../../../helpers/message-line.ts'
import { parseSpecification } from '../../../../src-main/core/study/parse-specification.ts'
import type { StudySpecification } from '../../../../src-main/core/study/study-specification.ts'
import type { Assignment, TrialSnapshot } from '../../../../src-main/core/trial/trial.ts'
import { mapTrials, missingMeasures } from '../../../../src-main/search/earlier/map-trials.ts'
import { checkWarmStart } from '../../../../src-main/search/earlier/with-earlier-trials.ts'
import { samplers } from '../../../../src-main/search/samplers/registry.ts'
import { StudySearch } from '../../../../src-main/search/study-search.ts'
import { deepFreeze } from '../../../helpers/deep-freeze.ts'

function specify(changes: Record<string, unknown> = {}): StudySpecification {
  const parsed = parseSpecification({
    name: 'test',
    objective: { external: true },
    goals: [{ metric: 'loss', direction: 'minimize' }],
    space: { x: { float: [-5, 5] }, y: { float: [-5, 5] } },
    stop: { trials: 100 },
    seed: 3,
    ...changes,
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.specification
}

const complete = (
  number: number,
  parameters: Assignment,
  values: readonly number[],
  constraints?: readonly number[],
): TrialSnapshot => ({
  number,
  state: 'complete',
  parameters,
  values,
  ...(constraints === undefined ? {} : { constraints }),
  reports: [{ step: 1, value: 1 }],
})

describe('mapTrials', () => {
  const from = specify({
    goals: [
      { metric: 'loss', direction: 'minimize' },
      { metric: 'recall', direction: 'maximize' },
    ],
    constraints: [{ metric: 'latency', atMost: 20 }, 'size'],
    space: {
      rate: { float: [0, 1] },
      optimizer: { choice: ['sgd', 'adam', 'rmsprop'] },
      momentum: { float: [0, 1], when: { optimizer: 'sgd' } },
      layers: { int: [1, 5] },
      epochs: { fixed: 5 },
    },
  })
  const to = specify({
    goals: [
      { metric: 'recall', direction: 'maximize' },
      { metric: 'loss', direction: 'minimize' },
    ],
    constraints: [{ metric: 'latency', atMost: 15 }],
    space: {
      optimizer: { choice: ['adam', 'sgd'] },
      rate: { float: [0.1, 1] },
      momentum: { float: [0, 0.5], when: { optimizer: 'sgd' } },
      layers: { int: [1, 5], step: 2 },
      units: { fixed: 8 },
    },
  })
  const sgd = { rate: 0.5, optimizer: 'sgd', momentum: 0.25, layers: 3, epochs: 5 }
  const adam = { rate: 1, optimizer: 'adam', layers: 5, epochs: 5 }

  it('brings points, values and constraints into the terms of the new study', () => {
    const trials = [
      complete(0, sgd, [0.3, 0.9], [-4, -1]),
      { ...complete(1, sgd, [0.2]), state: 'pruned' as const },
      { ...complete(2, sgd, []), state: 'failed' as const },
      complete(3, adam, [Number.NaN, 0.8], [Number.NaN, 2]),
    ]
    expect(mapTrials(deepFreeze(trials), from, to)).toEqual({
      trials: [
        {
          number: 0,
          state: 'complete',
          parameters: { optimizer: 'sgd', rate: 0.5, momentum: 0.25, layers: 3, units: 8 },
          values: [0.9, 0.3],
          // 16 was allowed below 20; below 15 it is not.
          constraints: [1],
          reports: [],
        },
        {
          number: 1,
          state: 'complete',
          parameters: { optimizer: 'adam', rate: 1, layers: 5, units: 8 },
          values: [0.8, Number.NaN],
          constraints: [Number.NaN],
          reports: [],
        },
      ],
      firstMisfit: null,
    })
  })

  it.each([
    [{ ...sgd, rate: 0.05 }, 'rule.misfitOutside name=rate value=0.05'],
    [{ ...sgd, momentum: 0.75 }, 'rule.misfitOutside name=momentum value=0.75'],
    [{ ...sgd, layers: 2 }, 'rule.misfitOutside name=layers value=2'],
    [{ ...adam, optimizer: 'rmsprop' }, 'rule.misfitOutside name=optimizer value=rmsprop'],
    [{ rate: 1, optimizer: 'adam', epochs: 5 }, 'rule.misfitAbsent name=layers'],
  ])('leaves out a trial at %o: %s', (parameters, rule) => {
    const mapped = mapTrials([complete(4, parameters, [1, 1], [0, 0])], from, to)
    expect(mapped).toMatchObject({ trials: [], firstMisfit: { number: 4 } })
    expect(messageLine(mapped.firstMisfit?.rule as MessageDescriptor)).toBe(rule)
  })

  it('leaves out trials that varied what the new study does not have, unless it was held', () => {
    const { momentum: _, ...space } = to.space
    const without = { ...to, space }
    const trials = [complete(0, sgd, [1, 1], [0, 0])]
    const rule = msg('rule.misfitVaried', { name: 'momentum' })
    expect(mapTrials(trials, from, without).firstMisfit).toEqual({ number: 0, rule })
    const held = { ...from, fix: { optimizer: 'sgd', momentum: 0.25 } }
    expect(mapTrials(trials, held, without).trials).toHaveLength(1)
    const fixed = { ...to, fix: { layers: 1 } }
    expect(mapTrials(trials, from, fixed).firstMisfit?.rule).toEqual(
      msg('rule.misfitOutside', { name: 'layers', value: 3 }),
    )
  })

  it('needs every goal and constraint', () => {
    expect(missingMeasures(from, to)).toEqual([])
    expect(missingMeasures(to, from).map(messageLine)).toEqual([
      'rule.missingConstraint metric=size',
    ])
    const other = specify({ goals: [{ metric: 'loss', direction: 'maximize' }] })
    expect(missingMeasures(from, other).map(messageLine)).toEqual([
      'rule.missingGoal metric=loss direction=maximize',
    ])
  })
})

/** What most samplers find good: near (1, −2). */
const loss = ({ x, y }: Assignment): number => (Number(x) - 1) ** 2 + (Number(y) + 2) ** 2

/** Thirty earlier trials on a grid, the best of them 0.5 off. */
const earlier: readonly TrialSnapshot[] = Array.from({ length: 30 }, (_, number) => {
  const parameters = { x: -4.5 + (number % 6) * 1.8, y: -4.5 + Math.floor(number / 6) * 2.1 }
  return complete(number, parameters, [loss(parameters)])
})

const { warmStart, goals } = specify({ warmStart: [{ study: 'before' }] })
const learning = Object.values(samplers).filter(
  definition =>
    checkWarmStart(warmStart, goals, definition).length === 0 &&
    !['mix', 'portfolio'].includes(definition.name),
)
const nested = { samplers: [{ name: 'tpe' }, { name: 'cmaes' }] }
const settings: readonly Record<string, unknown>[] = [
  ...learning.map(({ name }) => ({ name })),
  { name: 'mix', ...nested },
  { name: 'portfolio', ...nested },
]

function search(
  sampler: Record<string, unknown>,
  earlierTrials: readonly TrialSnapshot[],
  history: readonly TrialSnapshot[] = [],
): StudySearch {
  const opened = new StudySearch()
  opened.open(specify({ sampler, warmStart: [{ study: 'before' }] }), history, earlierTrials)
  return opened
}

/** Runs `count` trials; gives their points and what was said of them. */
function run(
  sampler: Record<string, unknown>,
  earlierTrials: readonly TrialSnapshot[],
  count: number,
): { history: TrialSnapshot[]; reasons: MessageDescriptor[] } {
  const study = search(sampler, earlierTrials)
  const history: TrialSnapshot[] = []
  const reasons: MessageDescriptor[] = []
  for (let number = 0; number < count; number++) {
    const proposal = study.propose(number)
    if ('exhausted' in proposal) throw new Error(proposal.reason.code)
    const { parameters, provenance } = proposal
    if (earlierTrials.length > 0)
      expect(provenance.detail).toMatchObject({ earlierTrials: earlierTrials.length })
    reasons.push(provenance.reason)
    study.started(number, parameters)
    study.finished(number, 'complete', [loss(parameters)])
    history.push({ ...complete(number, parameters, [loss(parameters)]), reports: [] })
  }
  return { history, reasons }
}

describe('a sampler that knows earlier trials', () => {
  it.each(settings)('$name goes on equally from every prefix', sampler => {
    const { history } = run(sampler, deepFreeze(earlier), 9)
    for (const length of [0, 1, 4, 8]) {
      const resumed = search(sampler, earlier, history.slice(0, length))
      expect(resumed.propose(length)).toMatchObject({ parameters: history[length]?.parameters })
    }
  })

  it.each(['tpe', 'gp', 'forest', 'cmaes', 'catcma', 'anneal', 'auto'])(
    '%s begins near the best of them',
    name => {
      const mean = (earlierTrials: readonly TrialSnapshot[]): number => {
        const { history } = run({ name }, earlierTrials, 8)
        return history.reduce((sum, trial) => sum + (trial.values[0] as number), 0) / 8
      }
      // Uniform points have a mean loss of 22; the best quarter of the earlier ones 4.
      expect(mean(earlier)).toBeLessThan(0.5 * mean([]))
    },
  )

  it('says so, and keeps its own numbers', () => {
    const { reasons } = run({ name: 'anneal' }, earlier, 2)
    expect(reasons[0]).toMatchObject({
      code: 'proposal.withEarlier',
      values: { trials: 30, reason: { code: 'proposal.near' } },
    })
    expect(run({ name: 'tpe' }, [], 1).reasons[0]?.code).toBe('proposal.startUp')
  })

  it('is none that does not look at trials', () => {
    const refused = Object.values(samplers).filter(
      definition => checkWarmStart(warmStart, goals, definition).length > 0,
    )
    // The members of a population and pieces of a training take over weights, which earlier studies do not hand over.
    expect(refused.map(({ name }) => name).sort()).toEqual([
      'freezeThaw',
      'gradient',
      'grid',
      'halton',
      'latinHypercube',
      'pb2',
      'pbt',
      'random',
      'sobol',
    ])
    expect(() => search({ name: 'random' }, earlier)).toThrow('rule.learnsNothing')
  })

  it('leaves pruning to the trials of this study', () => {
    const opened = new StudySearch()
    const pruner = { name: 'median', startupTrials: 1 }
    opened.open(specify({ pruner, sampler: { name: 'tpe' } }), [], earlier)
    opened.started(0, { x: 0, y: 0 })
    expect(opened.judge(0, 1, 99)).toEqual({ action: 'continue' })
  })
})
