import { isMessage } from '../../../../src-main/core/i18n/message.ts'
import { msg, type MessageDescriptor } from '../../../../src-main/core/errors/message.ts'
import { describe, expect, it } from 'vitest'
import { parseSpecification } from '../../../../src-main/core/study/parse-specification.ts'
import { queuedPointKinds } from '../../../../src-main/core/study/study.ts'
import type { Assignment, TrialSnapshot } from '../../../../src-main/core/trial/trial.ts'
import { requestedEnd } from '../../../../src-main/running/loop/study-end.ts'
import { toProposal } from '../../../../src-main/search/proposals/queued-point.ts'
import {
  concludeDecision,
  findStopDecision,
} from '../../../../src-main/search/stopping/stop-rules.ts'
import { StudySearch } from '../../../../src-main/search/study-search.ts'
import { codesIn, expectTextFor } from '../../../helpers/expect-text.ts'

/*
 * What every sampler and pruner says in the ordinary run of things is checked by their suites; here is what they say late, at
 * the end, and what stands around it.
 */

/** Null: the trial fails. */
type Objective = (
  parameters: Assignment,
  number: number,
) => { readonly value: number; readonly gradient?: Record<string, number> } | null

interface Plan {
  readonly changes: Record<string, unknown>
  readonly trials: number
  readonly objective?: Objective
  readonly earlier?: readonly TrialSnapshot[]
}

const plane = { x: { float: [0, 1] }, y: { float: [0, 1] } }
const bowl: Objective = ({ x, y }) => ({ value: (Number(x) - 0.3) ** 2 + Number(y) ** 2 })
const bowlWithGradient: Objective = ({ x, y }, number) => ({
  value: bowl({ x: x ?? 0, y: y ?? 0 }, number)?.value ?? 0,
  gradient: { x: 2 * (Number(x) - 0.3), y: 2 * Number(y) },
})

/** Every reason of a study with one slot, its last one the reason of its end where it has one. */
function reasonsOf({ changes, trials, objective = bowl, earlier = [] }: Plan): MessageDescriptor[] {
  const parsed = parseSpecification({
    name: 'test',
    objective: { function: 'sphere', steps: 40 },
    goals: [{ metric: 'loss', direction: 'minimize' }],
    space: plane,
    seed: 3,
    ...changes,
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  const search = new StudySearch()
  search.open(parsed.specification, [], earlier)
  const goals = parsed.specification.goals.length
  const reasons: MessageDescriptor[] = []
  for (let number = 0; number < trials; number++) {
    const answer = search.propose(number)
    if ('exhausted' in answer) return [...reasons, answer.reason]
    reasons.push(answer.provenance.reason, ...restartReasons(answer.provenance.detail))
    search.started(number, answer.parameters)
    const result = objective(answer.parameters, number)
    if (result === null) search.finished(number, 'failed', [])
    else {
      const { value, gradient } = result
      const values = Array.from({ length: goals }, (_, goal) => value * (1 - 2 * (goal % 2)))
      search.finished(number, 'complete', values, [], { gradient })
    }
  }
  return reasons
}

function restartReasons(
  detail: Readonly<Record<string, unknown>> | undefined,
): MessageDescriptor[] {
  const reason = detail?.['restartReason']
  return isMessage(reason) ? [reason] : []
}

const small = { a: { int: [0, 1] }, b: { choice: ['s', 't'] } }
const gradient = (options: object): Record<string, unknown> => ({
  sampler: { name: 'gradient', ...options },
})
const earlier: TrialSnapshot[] = Array.from({ length: 12 }, (_, number) => ({
  number,
  state: 'complete',
  reports: [],
  values: [number],
  parameters: { x: number / 12, y: 1 - number / 12 },
}))

const studies: Readonly<Record<string, Plan & { readonly expected: string | MessageDescriptor }>> =
  {
    'auto after its handover': {
      changes: { sampler: { name: 'auto' } },
      trials: 205,
      expected: 'proposal.chosenSince',
    },
    'auto of several goals': {
      changes: {
        sampler: { name: 'auto' },
        goals: ['a', 'b', 'c', 'd'].map(metric => ({ metric, direction: 'minimize' })),
      },
      trials: 5,
      expected: 'proposal.whySelection',
    },
    'auto of many parameters': {
      changes: {
        sampler: { name: 'auto' },
        space: Object.fromEntries(
          Array.from({ length: 41 }, (_, d) => [`x${d}`, { float: [0, 1] }]),
        ),
      },
      trials: 3,
      expected: 'proposal.whyCheap',
    },
    'portfolio that has judged': {
      changes: {
        sampler: { name: 'portfolio', samplers: [{ name: 'random' }, { name: 'halton' }] },
      },
      trials: 40,
      expected: 'proposal.judged',
    },
    'cmaes with restarts': {
      changes: { sampler: { name: 'cmaes', population: 4 } },
      objective: () => ({ value: 1 }),
      trials: 250,
      expected: 'ending.valuesEqual',
    },
    'catcma with restarts': {
      changes: { sampler: { name: 'catcma', population: 4, restarts: 'bipop' } },
      objective: () => ({ value: 1 }),
      trials: 250,
      expected: msg('proposal.distribution', { restart: 1 }),
    },
    'grid to its end': {
      changes: { space: small, sampler: { name: 'grid' } },
      trials: 9,
      expected: 'ending.gridTried',
    },
    'space to its end': {
      changes: { space: small, sampler: { name: 'random' }, duplicates: 'redraw' },
      trials: 9,
      expected: 'ending.spaceTried',
    },
    'draws that repeat': {
      changes: { space: small, sampler: { name: 'sobol' }, duplicates: 'reuse' },
      trials: 9,
      expected: 'proposal.resultReused',
    },
    'mix to its end': {
      changes: {
        space: small,
        sampler: { name: 'mix', samplers: [{ name: 'grid' }, { name: 'grid', points: 2 }] },
      },
      trials: 12,
      expected: 'reason.several',
    },
    'portfolio to its end': {
      changes: {
        space: small,
        sampler: { name: 'portfolio', samplers: [{ name: 'grid' }, { name: 'grid' }] },
      },
      trials: 12,
      expected: 'reason.named',
    },
    'pbt to its end': {
      changes: { sampler: { name: 'pbt', population: 4, interval: 2, steps: 6 } },
      trials: 20,
      expected: 'ending.membersTrained',
    },
    'pbt of failures': {
      changes: { sampler: { name: 'pbt', population: 4, interval: 2, steps: 6 } },
      objective: (parameters, number) => (number % 3 === 0 ? null : bowl(parameters, number)),
      trials: 20,
      expected: 'proposal.failedMemberCopies',
    },
    'relations that hold seldom': {
      changes: { relations: ['x < y', 'y < x + 0.001'], sampler: { name: 'tpe' } },
      trials: 12,
      expected: 'proposal.movedForRelations',
    },
    'points to try first': {
      changes: { enqueue: [{ x: 0.5 }, { x: 0.1, y: 0.2 }], sampler: { name: 'halton' } },
      trials: 3,
      expected: 'proposal.filledInBy',
    },
    'what earlier studies taught': {
      changes: { sampler: { name: 'anneal' } },
      earlier,
      trials: 4,
      expected: 'proposal.withEarlier',
    },
    'a descent to the bottom': {
      changes: gradient({ runs: 1, optimizer: 'gradientDescent', stepSize: 0.2, tolerance: 0.01 }),
      objective: bowlWithGradient,
      trials: 300,
      expected: 'ending.smallGradient',
    },
    'descents that begin again': {
      changes: gradient({ runs: 3, iterations: 4 }),
      objective: bowlWithGradient,
      trials: 300,
      expected: 'ending.stepsDone',
    },
    'a descent without progress': {
      changes: gradient({ runs: 1, patience: 3 }),
      objective: () => ({ value: 1, gradient: { x: 0.2, y: 0.1 } }),
      trials: 300,
      expected: 'ending.noBetterGoal',
    },
    'a descent by differences': {
      changes: gradient({ runs: 2, iterations: 3 }),
      trials: 60,
      expected: msg('proposal.descentStart', { point: 1 }),
    },
    'a descent into failures': {
      changes: gradient({ runs: 1 }),
      objective: (parameters, number) => (number > 1 ? null : bowlWithGradient(parameters, number)),
      trials: 12,
      expected: msg('proposal.descent', { share: 0.5 }),
    },
    'a descent that overshoots': {
      changes: gradient({ runs: 1, optimizer: 'gradientDescent', stepSize: 0.5, tolerance: 0 }),
      objective: ({ x, y }) => ({
        value: Math.abs(Number(x) - 0.31) + Math.abs(Number(y) - 0.29),
        gradient: { x: Math.sign(Number(x) - 0.31), y: Math.sign(Number(y) - 0.29) },
      }),
      trials: 300,
      expected: 'proposal.shorterDescent',
    },
    'a descent from nowhere': {
      changes: gradient({ runs: 1 }),
      objective: () => ({ value: Number.NaN, gradient: { x: 1, y: 1 } }),
      trials: 30,
      expected: 'ending.startNotFinite',
    },
    'a descent without a gradient': {
      changes: gradient({ runs: 1, estimator: 'objective' }),
      trials: 30,
      expected: 'ending.noGradient',
    },
    'a particle swarm that follows a change': {
      changes: { sampler: { name: 'pso', swarms: 2, particles: 3, changeBeyond: 0 } },
      objective: (parameters, number) => ({
        value: (bowl(parameters, number)?.value ?? 0) + number,
      }),
      trials: 80,
      expected: 'proposal.bestAgain',
    },
    'regret bound': {
      changes: { stop: { regretBound: 10 } },
      trials: 40,
      expected: 'ending.regretBound',
    },
    emmr: { changes: { stop: { emmr: 0.99 } }, trials: 60, expected: 'ending.emmr' },
  }

describe('reasons of studies are said in every language', () => {
  it.each(Object.entries(studies))('%s', (_, { expected, ...plan }) => {
    const reasons = reasonsOf({ ...plan, changes: { stop: { trials: 400 }, ...plan.changes } })
    for (const reason of reasons) expectTextFor(reason)
    if (typeof expected === 'string') expect(reasons.flatMap(codesIn)).toContain(expected)
    else
      expect(reasons).toContainEqual(
        expect.objectContaining({
          ...expected,
          values: expect.objectContaining(expected.values ?? {}) as unknown,
        }),
      )
  })

  it('of points that people queue', () => {
    for (const kind of queuedPointKinds) {
      const origin = { kind, trialNumber: 3, step: 7 }
      const queued = { id: 1, studyId: 1, position: 0, parameters: { x: 1 }, origin }
      expectTextFor(toProposal(queued).provenance.reason)
    }
  })

  it('of every stop rule', () => {
    const trials = Array.from({ length: 4 }, (_, number): TrialSnapshot => ({
      number,
      parameters: {},
      values: [number],
      reports: [{ step: 1, value: 1 }],
      state: 'complete',
    }))
    const failed = trials.map((trial): TrialSnapshot => ({ ...trial, state: 'failed', values: [] }))
    const goal = { metric: 'loss', direction: 'minimize' } as const
    const ends = [
      [{ failures: 4 }, failed],
      [{ target: 1e-7 }, [{ ...(trials[0] as TrialSnapshot), values: [0] }]],
      [{ trials: 4 }, trials],
      [{ minutes: 0.5 }, trials],
      [{ epochs: 4 }, trials],
      [{ stagnation: 3 }, trials],
    ] as const
    for (const [stop, history] of ends) {
      const state = { stop: { failures: 5, ...stop }, goal, trials: history, elapsedMs: 60_000 }
      const decision = findStopDecision(state)
      if (decision === null) throw new Error(`no end: ${JSON.stringify(stop)}`)
      expectTextFor(decision.reason)
      expectTextFor(concludeDecision(decision, failed).reason)
    }
  })

  it('of ends that a person asked for', () => {
    for (const request of ['pause', 'finish'] as const) {
      expectTextFor(requestedEnd(request)?.reason as MessageDescriptor)
    }
  })
})
