import {
  msg,
  type MessageCode,
  named,
  verbatim,
} from '../../../../../src-main/core/errors/message.ts'
import { describe, expect, it } from 'vitest'
import { requestLineSchemas } from '../../../../../src-main/features/ask-and-tell/common/ask-tell-protocol.ts'
import { openStudyStore } from '../../../../../src-main/platform/storage/sqlite-study-store.ts'
import {
  converse,
  firstLine as first,
  opened,
  problemAnswer as problem,
} from '../../../../helpers/converse.ts'
import { studyOutcome } from '../../../../helpers/study-outcome.ts'

const withCode = (code: MessageCode): unknown => expect.objectContaining({ code })

describe('the lines', () => {
  it('asks, reports and tells', () => {
    const { send } = opened({ pruner: { name: 'median', startupTrials: 1 } })
    const proposals = send({ ask: 2 })
    expect(proposals).toMatchObject([
      { trial: 0, why: { sampler: 'auto' } },
      { trial: 1, why: { sampler: 'auto' } },
    ])
    expect(Object.keys(proposals[0]?.['parameters'] as object)).toEqual(['x', 'kind'])
    expect(send({ report: { trial: 0, step: 1, metrics: { loss: 0.4, accuracy: 0.5 } } })).toEqual([
      { trial: 0, prune: false, reason: msg('pruning.continues', { pruner: 'median' }) },
    ])
    expect(send({ tell: { trial: 0, values: [0.4] } })).toEqual([{ told: 0 }])
    expect(send({ report: { trial: 1, step: 1, metrics: { loss: 0.9 } } })).toEqual([
      {
        trial: 1,
        prune: true,
        reason: msg('pruning.belowMedian', { best: 0.9, threshold: 0.4, count: 1, step: 1 }),
      },
    ])
    expect(send({ tell: { trial: 1, state: 'pruned' } })).toEqual([{ told: 1 }])
  })

  it('are refused with field, value and rule, and the next one is heard', () => {
    const { line, send } = opened()
    send({ ask: 1 })
    expect(line('{"tell": {"trial": 0, "values": [NaN]}}')).toEqual(
      problem('', msg('rule.jsonLine')),
    )
    for (const wrong of [[], 7, {}, { ask: 1, tell: { trial: 0, values: [1] } }, first]) {
      const names = Object.keys(requestLineSchemas)
      const rule = msg('rule.exactlyOneOf', { names })
      expect(send(wrong)).toEqual(problem('', rule))
    }
    expect(send({ ask: 0 })).toEqual(problem('ask', msg('rule.atLeast', { limit: 1 })))
    expect(send({ ask: 10_001 })).toEqual(problem('ask', msg('rule.atMost', { limit: 10_000 })))
    expect(send({ tell: { trial: 0, values: [1], extra: 1 } })).toEqual(
      problem('tell.extra', withCode('rule.unknownName')),
    )
    expect(send({ tell: { trial: 0, values: ['one'] } })).toEqual(
      problem('tell.values[0]', withCode('rule.type')),
    )
    expect(send({ tell: { trial: 0, values: [1, 2] } })).toEqual(
      problem('tell.values', msg('rule.completeValues', { count: 1 })),
    )
    expect(send({ tell: { trial: 0 } })).toEqual(
      problem('tell.values', msg('rule.completeValues', { count: 1 })),
    )
    expect(send({ tell: { trial: 0, state: 'failed', values: [1] } })).toEqual(
      problem('tell.values', msg('rule.failedValues')),
    )
    expect(send({ tell: { trial: 0, values: [1], constraints: [0] } })).toEqual(
      problem('tell.constraints', msg('rule.constraintValues', { count: 0 })),
    )
    expect(send({ report: { trial: 0, step: -1, metrics: { loss: 1 } } })).toEqual(
      problem('report.step', msg('rule.atLeast', { limit: 0 })),
    )
    expect(send({ report: { trial: 0, step: 1, metrics: {} } })).toEqual(
      problem('report.metrics', msg('rule.notEmpty')),
    )
    const [last] = send({ tell: { trial: 5, values: [1] } })
    expect(last).toEqual({
      error: {
        code: 'trial.notFound',
        field: 'tell.trial',
        value: 5,
        rule: msg('rule.askedTrial'),
        line: 19,
      },
    })
    expect(send({ tell: { trial: 0, values: [1] } })).toEqual([{ told: 0 }])
  })

  it('lists every problem of a first line and takes the next one', () => {
    const { conversation, send, line } = converse()
    const goals = [{ metric: 'loss', direction: 'down' }]
    const [answer] = send({ ...first, goals, sampler: { name: 'tpee' }, slot: 1 })
    expect(answer?.['error']).toMatchObject({
      code: 'specification.invalid',
      line: 1,
      problems: expect.arrayContaining([
        expect.objectContaining({ field: 'goals[0].direction', value: 'down' }),
        expect.objectContaining({ field: 'sampler.name', value: 'tpee' }),
        expect.objectContaining({ field: 'slot', value: 1 }),
      ]) as unknown,
    })
    const rule = msg('rule.type', {
      expected: msg('kind.oneOf', { values: ['allow', 'redraw'] }),
    })
    const code = 'specification.invalid'
    expect(send({ ...first, duplicates: 'reuse' })).toEqual(problem('duplicates', rule, code))
    expect(send({ ...first, objective: { function: 'branin' } })).toEqual(
      problem('objective', withCode('rule.unknownName'), code),
    )
    expect(send({ ...first, space: undefined })).toEqual(
      problem('space', withCode('rule.required'), code),
    )
    expect(send({ ask: 1 })).toMatchObject([{ error: { code } }])
    expect(line('')).toEqual([])
    expect(conversation.isOpen).toBe(false)
    expect(send(first)).toEqual([])
    expect(send({ ask: 1 })).toMatchObject([{ trial: 0 }])
  })
})

describe('trials', () => {
  it('are told in any order, once', () => {
    const { send, store } = opened({ sampler: { name: 'tpe', startupTrials: 2 } })
    send({ ask: 4 })
    expect(send({ tell: { trial: 2, values: [2] } })).toEqual([{ told: 2 }])
    expect(send({ tell: { trial: 0, values: [1] } })).toEqual([{ told: 0 }])
    expect(send({ tell: { trial: 0, values: [1] } })).toEqual(
      problem('tell.trial', msg('rule.alreadyFinished', { state: 'complete' }), 'trial.finished'),
    )
    expect(send({ report: { trial: 2, step: 9, metrics: { loss: 1 } } })).toEqual(
      problem('report.trial', msg('rule.alreadyFinished', { state: 'complete' }), 'trial.finished'),
    )
    expect(send({ ask: 1 })).toMatchObject([{ trial: 4 }])
    expect(send({ tell: { trial: 3, values: [3] } })).toEqual([{ told: 3 }])
    const states = store.history(1).map(({ state, values }) => [state, ...values])
    expect(states).toEqual([
      ['complete', 1],
      ['running'],
      ['complete', 2],
      ['complete', 3],
      ['running'],
    ])
  })

  it('keep NaN and the infinities, as values and as metrics', () => {
    const { send, store } = opened()
    send({ ask: 3 })
    send({ report: { trial: 0, step: 0, metrics: { loss: '-Infinity', other: 'NaN' } } })
    expect(send({ tell: { trial: 0, values: ['NaN'] } })).toEqual([{ told: 0 }])
    expect(send({ tell: { trial: 1, values: ['Infinity'] } })).toEqual([{ told: 1 }])
    expect(store.trial(1, 0)).toMatchObject({
      values: [Number.NaN],
      metrics: { loss: { steps: [0], values: [-Infinity] }, other: { values: [Number.NaN] } },
    })
    expect(store.trial(1, 1).values).toEqual([Infinity])
  })

  it('that are pruned take the best report, the told values, or none', () => {
    const { send, store } = opened()
    send({ ask: 4 })
    for (const [step, loss] of [5, 2, 4].entries()) {
      send({ report: { trial: 0, step, metrics: { loss } } })
      send({ report: { trial: 1, step, metrics: { loss } } })
    }
    send({ tell: { trial: 0, state: 'pruned' } })
    send({ tell: { trial: 1, state: 'pruned', values: [3], reason: 'too slow' } })
    send({ tell: { trial: 2, state: 'pruned' } })
    send({ tell: { trial: 3, state: 'failed', reason: 'out of disk' } })
    const trials = [0, 1, 2, 3].map(number => store.trial(1, number))
    expect(trials).toMatchObject([
      { state: 'pruned', values: [2], bestStep: 1, reason: msg('pruning.reported') },
      { state: 'pruned', values: [3], bestStep: 1, reason: verbatim('too slow') },
      { state: 'pruned', values: [], bestStep: null },
      { state: 'failed', values: [], reason: verbatim('out of disk') },
    ])
    expect(trials[3]?.attempts[0]?.failure).toEqual({
      class: 'code',
      reason: verbatim('out of disk'),
    })
  })

  it('report by rising steps, whatever the metric, and are judged by the first goal', () => {
    const { send } = opened()
    send({ ask: 1 })
    expect(send({ report: { trial: 0, step: 3, metrics: { other: 1 } } })).toEqual([
      { trial: 0, prune: false, reason: msg('pruning.notReported', { metric: 'loss' }) },
    ])
    expect(send({ report: { trial: 0, step: 3, metrics: { loss: 1 } } })).toEqual(
      problem('report.step', msg('rule.lastStep', { step: 3 })),
    )
    expect(send({ report: { trial: 0, step: 4, metrics: { loss: 1 } } })).toMatchObject([
      { prune: false },
    ])
  })

  it('are judged by further metrics of the same line, if the pruner looks at them', () => {
    const rules = [{ metric: 'norm', name: 'threshold', upper: 10 }]
    const { send } = opened({ pruner: { name: 'rules', rules } })
    send({ ask: 1 })
    expect(send({ report: { trial: 0, step: 1, metrics: { loss: 1, norm: 9 } } })).toMatchObject([
      { prune: false },
    ])
    expect(send({ report: { trial: 0, step: 2, metrics: { loss: 1, norm: 11 } } })).toEqual([
      {
        trial: 0,
        prune: true,
        reason: named('norm', msg('pruning.aboveLimit', { step: 2, value: 11, limit: 10 })),
      },
    ])
  })

  it('may have several goals and constraints', () => {
    const goals = [
      { metric: 'loss', direction: 'minimize' },
      { metric: 'accuracy', direction: 'maximize' },
    ]
    const constraints = ['size', { metric: 'latency', atMost: 20 }]
    const { send, store } = opened({ goals, constraints, sampler: { name: 'nsga2' } })
    send({ ask: 4 })
    expect(send({ tell: { trial: 0, values: [1, 2], constraints: [-1, 25] } })).toEqual([
      { told: 0 },
    ])
    expect(send({ tell: { trial: 1, values: [1, 2] } })).toEqual(
      problem('tell.constraints', msg('rule.constraintValues', { count: 2 })),
    )
    send({ report: { trial: 1, step: 0, metrics: { loss: 3, size: -2, latency: 19 } } })
    send({ report: { trial: 1, step: 1, metrics: { loss: 2, latency: 21 } } })
    send({ tell: { trial: 1, state: 'pruned' } })
    send({ tell: { trial: 2, state: 'pruned', values: [] } })
    send({ tell: { trial: 3, state: 'failed' } })
    expect(store.history(1)).toMatchObject([
      { values: [1, 2], constraints: [-1, 5] },
      { values: [2], constraints: [Number.NaN, 1] },
      { values: [] },
      { values: [] },
    ])
  })
})

describe('the end', () => {
  it('of a sampler or a stop rule is said instead of a trial', () => {
    const grid = opened({ space: { k: { choice: ['a', 'b', 'c'] } }, sampler: { name: 'grid' } })
    expect(grid.send({ ask: 5 })).toMatchObject([
      { trial: 0 },
      { trial: 1 },
      { trial: 2 },
      { exhausted: msg('ending.gridTried', { cells: 3 }) },
    ])
    const target = opened({ stop: { target: 1, trials: 3 } })
    target.send({ ask: 1 })
    target.send({ tell: { trial: 0, state: 'failed' } })
    target.send({ ask: 1 })
    target.send({ tell: { trial: 1, values: [0.5] } })
    expect(target.send({ ask: 1 })).toEqual([
      { exhausted: msg('ending.targetReached', { target: 1 }) },
    ])
    target.conversation.close(msg('ending.endOfInput'))
    expect(target.store.findStudy('ask-and-tell')).toMatchObject({
      state: 'finished',
      reason: msg('ending.targetReached', { target: 1 }),
    })
  })

  it('leaves a study that can be taken up again: pending trials first', () => {
    const store = openStudyStore(':memory:')
    const before = opened({ name: 'kept' }, store)
    const proposals = before.send({ ask: 4 })
    before.send({ report: { trial: 1, step: 5, metrics: { loss: 1 } } })
    before.send({ report: { trial: 2, step: 5, metrics: { loss: 1 } } })
    before.send({ tell: { trial: 0, values: [1] } })
    before.conversation.close(msg('ending.endOfInput'))
    expect(store.findStudy('kept')).toMatchObject({
      state: 'paused',
      reason: msg('ending.endOfInput'),
    })

    const after = opened({ name: 'kept' }, store)
    // Trial 2 is gone on with as it stands, trials 1 and 3 are handed out again from their start.
    expect(after.send({ report: { trial: 2, step: 5, metrics: { loss: 1 } } })).toEqual(
      problem('report.step', msg('rule.lastStep', { step: 5 })),
    )
    after.send({ report: { trial: 2, step: 6, metrics: { loss: 0.5 } } })
    expect(after.send({ ask: 3 })).toEqual([proposals[1], proposals[3], expect.anything()])
    after.send({ report: { trial: 1, step: 0, metrics: { loss: 2 } } })
    for (const trial of [1, 2]) after.send({ tell: { trial, state: 'pruned' } })
    expect(store.trial(1, 1)).toMatchObject({ values: [2], metrics: { loss: { steps: [0] } } })
    expect(store.trial(1, 1).attempts).toHaveLength(2)
    expect(store.trial(1, 2)).toMatchObject({ values: [0.5], metrics: { loss: { steps: [5, 6] } } })
    expect(store.history(1)).toHaveLength(5)
  })

  it('hands out points that a person queued meanwhile', () => {
    const store = openStudyStore(':memory:')
    const parameters = { x: 1.5, kind: 'b' }
    opened({ name: 'kept' }, store).conversation.close(msg('ending.endOfInput'))
    const origin = { kind: 'point', trialNumber: null } as const
    store.enqueuePoint({ studyId: 1, parameters, origin, atMs: 1 })
    const after = opened({ name: 'kept' }, store)
    expect(after.send({ ask: 2 })).toMatchObject([
      { trial: 0, parameters, why: { sampler: 'person' } },
      { trial: 1, why: { sampler: 'auto' } },
    ])
  })

  it('refuses to go on with another study of the same name', () => {
    const store = openStudyStore(':memory:')
    opened({ name: 'kept' }, store).conversation.close(msg('ending.endOfInput'))
    const { send } = converse(store)
    const rule = msg('rule.sameStudy', { study: 'kept', value: '3' })
    const code = 'specification.invalid'
    expect(send({ ...first, name: 'kept', seed: 4 })).toEqual(problem('seed', rule, code))
    expect(send({ ...first, name: 'kept' })).toEqual([])
  })

  it('goes on with the sampler of the study where none is named', () => {
    const store = openStudyStore(':memory:')
    const sampler = { name: 'random' }
    opened({ name: 'kept', sampler }, store).conversation.close(msg('ending.endOfInput'))
    expect(opened({ name: 'kept' }, store).send({ ask: 1 })).toMatchObject([
      { why: { sampler: 'random' } },
    ])
    expect(store.findStudy('kept').specification.sampler).toEqual(sampler)
    const again = converse(store).send({ ...first, name: 'kept', sampler: { name: 'tpe' } })
    expect(again).toMatchObject([{ error: { field: 'sampler' } }])
  })

  it('takes any sampler for trials of another program', () => {
    const store = openStudyStore(':memory:')
    const { send } = opened({ name: 'own' }, store)
    send({ ask: 1 })
    send({ tell: { trial: 0, values: [1] } })
    const { specification, source, environment } = store.findStudy('own')
    const [trial] = store.trials(store.findStudy('own').id)
    store.importStudy(
      {
        specification: { ...specification, name: 'past' },
        source,
        createdAtMs: 0,
        environment: {
          ...environment,
          importedFrom: {
            program: 'CSV',
            version: null,
            file: 'past.csv',
            sha256: '0',
            study: 'past',
            notes: [],
          },
        },
      },
      [
        {
          ...(trial as NonNullable<typeof trial>),
          state: 'complete',
          failure: null,
          finishedAtMs: 1_000,
        },
      ],
      { reason: msg('ending.imported', { program: 'CSV' }), elapsedMs: 1, atMs: 1 },
    )
    expect(opened({ name: 'past' }, store).send({ ask: 1 })).toMatchObject([
      { trial: 1, why: { sampler: 'auto' } },
    ])
    const sampler = { name: 'tpe' }
    expect(opened({ name: 'past', sampler }, store).send({ ask: 2 })).toMatchObject([
      { trial: 1 },
      { trial: 2, why: { sampler: 'tpe' } },
    ])
    expect(store.findStudy('past').specification.sampler).toEqual(sampler)
    expect(store.events(store.findStudy('past').id).map(({ kind }) => kind)).toContain(
      'study.changed',
    )
  })
})

it('finds the same trials whether or not the process was ended between them', () => {
  const changes = {
    sampler: { name: 'tpe', startupTrials: 3 },
    pruner: { name: 'median', startupTrials: 2 },
  }
  /** Three trials at a time, told out of order; the study is taken up anew before the given rounds. */
  function outcome(restarts: readonly number[]): unknown {
    const store = openStudyStore(':memory:')
    let talk = opened(changes, store)
    for (let round = 0; round < 8; round++) {
      if (restarts.includes(round)) talk = opened(changes, store)
      const proposals = talk.send({ ask: 3 })
      for (const { trial, parameters } of [...proposals].reverse()) {
        const x = (parameters as { x: number }).x
        const pruned = [0, 1, 2].some(
          step =>
            talk.send({ report: { trial, step, metrics: { loss: x * x + 3 - step } } })[0]?.[
              'prune'
            ] === true,
        )
        talk.send({ tell: pruned ? { trial, state: 'pruned' } : { trial, values: [x * x] } })
      }
    }
    return studyOutcome(store.snapshot(1))
  }
  const uninterrupted = outcome([])
  expect(JSON.stringify(uninterrupted)).toContain('"pruned"')
  expect(outcome([1, 4, 5])).toEqual(uninterrupted)
})
