import { msg, verbatim } from '../../src-main/core/errors/message.ts'
import { describe, expect, it } from 'vitest'
import type { EventKind } from '../../src-main/core/study/events.ts'
import {
  batch,
  errorOf,
  lossGoal,
  runTrial,
  sampleFinish,
  sampleStudy,
  sampleTrial,
} from '../helpers/store-samples.ts'
import type { StoreFixture } from './store-fixture.ts'

/** Summaries, history, events, winners, copies and what is not there. */
export function describeReading(fixture: StoreFixture): void {
  describe('summaries', () => {
    const { NaN: nan, POSITIVE_INFINITY: up, NEGATIVE_INFINITY: down } = Number

    it.each([
      ['minimize', [3, 1, 2], { number: 1, value: 1 }],
      ['maximize', [3, 1, 2], { number: 0, value: 3 }],
      ['minimize', [nan, 5, 5], { number: 1, value: 5 }],
      ['maximize', [nan, -5, -5], { number: 1, value: -5 }],
      ['minimize', [up, 2, nan], { number: 1, value: 2 }],
      ['maximize', [down, nan, -2], { number: 2, value: -2 }],
      ['maximize', [1, up], { number: 1, value: up }],
      ['minimize', [nan, nan], null],
    ] as const)('best to %s of %j', (direction, values, best) => {
      const { store } = fixture
      const goals = [{ ...lossGoal, direction }]
      const studyId = store.createStudy(sampleStudy('goals', goals)).id
      values.forEach((value, number) => runTrial(store, studyId, number, value))
      expect(store.findStudy('goals').best).toEqual(best)
    })

    it('counts every state and takes the best of complete trials only', () => {
      const { store, studyId } = fixture
      for (const number of [0, 1, 2, 3, 4]) store.startTrial(sampleTrial(studyId, number))
      const lower = { state: 'pruned', values: [-9] } as const
      store.finishTrial(sampleFinish(studyId, 0, lower))
      store.finishTrial(sampleFinish(studyId, 1, { state: 'failed', values: [] }))
      store.finishTrial(sampleFinish(studyId, 2, { values: [4] }))
      store.finishTrial(sampleFinish(studyId, 3, { state: 'canceled', values: [] }))
      store.interruptRunning(studyId, 1)
      store.startTrial(sampleTrial(studyId, 5))
      fixture.reopen()
      expect(fixture.store.listStudies()[0]).toMatchObject({
        best: { number: 2, value: 4 },
        trials: { running: 1, complete: 1, pruned: 1, failed: 1, canceled: 1, interrupted: 1 },
      })
    })
  })

  describe('trials', () => {
    it('come in ranges of numbers, as they come all together', () => {
      const { store, studyId } = fixture
      const other = store.createStudy(sampleStudy('other')).id
      for (const number of [0, 1, 2, 3, 4]) {
        runTrial(store, studyId, number, number)
        runTrial(store, other, number, -number)
      }
      store.setTrialNote(studyId, 3, 'look', { atMs: 1 })
      const all = store.trials(studyId, { metrics: false })
      expect(all[3]).toMatchObject({ values: [3], note: 'look', attempts: [{ number: 1 }] })
      expect(store.trialsBetween(studyId, { from: 0, below: 9 })).toEqual(all)
      expect(store.trialsBetween(studyId, { from: 2, below: 4 })).toEqual(all.slice(2, 4))
      expect(store.trialsBetween(studyId, { from: 5, below: 9 })).toEqual([])
      errorOf('study.notFound', () => store.trialsBetween(99, { from: 0, below: 1 }))
    })

    it('are found by why they were proposed', () => {
      const { store, studyId } = fixture
      const start = msg('proposal.start', { point: 1, points: 1 })
      for (const number of [0, 1, 2]) {
        const trial = sampleTrial(studyId, number)
        const { provenance } = trial
        store.startTrial(
          number === 1 ? trial : { ...trial, provenance: { ...provenance, reason: start } },
        )
      }
      runTrial(store, store.createStudy(sampleStudy('other')).id, 0, 0)
      expect(store.trialsProposedFor(studyId, 'proposal.start')).toEqual([0, 2])
      expect(store.trialsProposedFor(studyId, 'proposal.mutation')).toEqual([])
      errorOf('study.notFound', () => store.trialsProposedFor(99, 'proposal.start'))
    })
  })

  describe('history', () => {
    it('gives trials by number with the reports of the first goal only', () => {
      const { store, studyId } = fixture
      for (const number of [10, 9, 2]) store.startTrial(sampleTrial(studyId, number))
      store.appendMetrics(studyId, [batch(9, ['accuracy', 'loss'], [[1, 0.5, 7]])])
      store.finishTrial(sampleFinish(studyId, 9, { values: [Number.NaN] }))
      expect(store.history(studyId)).toEqual([
        {
          number: 2,
          state: 'running',
          parameters: sampleTrial(studyId, 2).parameters,
          values: [],
          reports: [],
        },
        {
          number: 9,
          state: 'complete',
          parameters: sampleTrial(studyId, 9).parameters,
          values: [Number.NaN],
          reports: [{ step: 1, value: 7 }],
        },
        {
          number: 10,
          state: 'running',
          parameters: sampleTrial(studyId, 10).parameters,
          values: [],
          reports: [],
        },
      ])
    })

    it('gives further metrics on request, at the steps of the first goal', () => {
      const { store, studyId } = fixture
      for (const number of [0, 1]) store.startTrial(sampleTrial(studyId, number))
      store.appendMetrics(studyId, [
        batch(0, ['loss', 'norm'], [[1, 5, Number.NaN]]),
        batch(0, ['norm'], [[2, 8]]),
        batch(0, ['loss', 'norm'], [[3, 4, 9]]),
        batch(1, ['loss'], [[1, 5]]),
      ])
      expect(store.history(studyId, ['norm', 'unheard']).map(({ further }) => further)).toEqual([
        {
          norm: [
            { step: 1, value: Number.NaN },
            { step: 3, value: 9 },
          ],
        },
        undefined,
      ])
      expect(store.history(studyId)[0]).not.toHaveProperty('further')
    })

    it('gives the gradient that a trial reported at its best step', () => {
      const { store, studyId } = fixture
      for (const number of [0, 1]) store.startTrial(sampleTrial(studyId, number))
      const names = ['loss', 'gradient.rate', 'gradient.l2']
      const rows = [
        [1, 5, 0.5, -0.25],
        [2, 6, 7, 8],
      ]
      store.appendMetrics(studyId, [batch(0, names, rows)])
      store.finishTrial(sampleFinish(studyId, 0, { values: [5], bestStep: 1 }))
      store.finishTrial(sampleFinish(studyId, 1, { values: [5], bestStep: 1 }))
      expect(store.history(studyId).map(({ gradient }) => gradient)).toEqual([
        { rate: 0.5, l2: -0.25 },
        undefined,
      ])
    })

    it('leaves metrics out of trials on request', () => {
      const { store, studyId } = fixture
      store.startTrial(sampleTrial(studyId, 0))
      store.appendMetrics(studyId, [batch(0, ['loss'], [[1, 7]])])
      const [full] = store.trials(studyId)
      expect(full).toEqual(store.trial(studyId, 0))
      expect(store.trials(studyId, { metrics: false })).toEqual([{ ...full, metrics: {} }])
    })
  })

  describe('values and curves', () => {
    it('gives the values of complete trials by number', () => {
      const { store, studyId } = fixture
      runTrial(store, studyId, 2, 5)
      runTrial(store, studyId, 0, Number.NaN)
      store.startTrial(sampleTrial(studyId, 1))
      store.finishTrial(sampleFinish(studyId, 1, { state: 'pruned', values: [-9] }))
      expect(store.completeValues(studyId)).toEqual([Number.NaN, 5])
    })

    it('knows how long the finished trials ran, without a night between two sessions', () => {
      const { store, studyId } = fixture
      expect(store.finishedPace(studyId)).toEqual({ count: 0, totalMs: 0 })
      store.startTrial(sampleTrial(studyId, 0))
      store.interruptRunning(studyId, 50_000_000)
      store.startAttempt({ studyId, trialNumber: 0, slot: 0, atMs: 60_000_000 })
      store.finishTrial(sampleFinish(studyId, 0, { atMs: 60_005_000 }))
      store.startTrial({ ...sampleTrial(studyId, 1), atMs: 2_000 })
      store.failAttempt(studyId, 1, { class: 'code', reason: verbatim('') }, 2_500)
      store.startAttempt({ studyId, trialNumber: 1, slot: 0, atMs: 3_000 })
      store.finishTrial(sampleFinish(studyId, 1, { state: 'pruned', atMs: 4_000 }))
      store.startTrial(sampleTrial(studyId, 2))
      expect(store.finishedPace(studyId)).toEqual({ count: 2, totalMs: 6_500 })
    })

    it('knows since when running trials have been running, and how far they are', () => {
      const { store, studyId } = fixture
      runTrial(store, studyId, 0, 1)
      for (const number of [2, 1]) store.startTrial(sampleTrial(studyId, number))
      store.appendMetrics(studyId, [
        batch(
          2,
          ['loss'],
          [
            [1, 7],
            [4, 6],
          ],
        ),
      ])
      store.failAttempt(studyId, 1, { class: 'code', reason: verbatim('') }, 2_500)
      store.startAttempt({ studyId, trialNumber: 1, slot: 0, atMs: 3_000 })
      const { parameters } = sampleTrial(studyId, 1)
      expect(store.runningSteps(studyId)).toEqual([
        { parameters, startedAtMs: 3_000, lastStep: null, trainingsDone: 0 },
        {
          parameters: sampleTrial(studyId, 2).parameters,
          startedAtMs: 2_002,
          lastStep: 4,
          trainingsDone: 0,
        },
      ])
    })

    it('keeps every training of a trial: value, steps and curve', () => {
      const { store, studyId } = fixture
      store.startTrial(sampleTrial(studyId, 0))
      store.startTraining(studyId, 0, { training: 0, metrics: [] })
      const first = {
        ...batch(
          0,
          ['loss'],
          [
            [1, 9],
            [2, 7],
          ],
        ),
        training: 0,
      }
      const ended = { number: 0, values: [7], bestStep: 2 }
      store.startTraining(studyId, 0, { training: 1, ended, metrics: [first] })
      const second = {
        ...batch(
          0,
          ['loss'],
          [
            [1, 8],
            [4, Number.NaN],
          ],
        ),
        training: 1,
      }
      store.appendMetrics(studyId, [second])
      expect(store.trial(studyId, 0)).toMatchObject({
        lastStep: 2,
        metrics: { loss: { steps: [1, 2], values: [9, 7] } },
        trainings: [
          { ...ended, lastStep: 2 },
          { number: 1, values: [], bestStep: null, lastStep: 4 },
        ],
      })
      expect(store.runningSteps(studyId)).toMatchObject([{ trainingsDone: 1, lastStep: 4 }])
      const curve = { number: 1, metrics: { loss: { steps: [1, 4], values: [8, Number.NaN] } } }
      expect(store.trainingCurves(studyId, 0)).toEqual([curve])
      const finish = { replicates: [[7], [Number.NaN]], replicateSteps: [2, 4], metrics: [] }
      store.finishTrial({ ...sampleFinish(studyId, 0), ...finish })
      const ends = [
        { ...ended, lastStep: 2 },
        { number: 1, values: [Number.NaN], bestStep: 4, lastStep: 4 },
      ]
      expect(store.trials(studyId)[0]?.trainings).toEqual(ends)
      expect(store.snapshot(studyId).trials[0]?.trainings).toEqual(ends)
      errorOf('trial.finished', () => store.startTraining(studyId, 0, { training: 2, metrics: [] }))
    })

    it('forgets the trainings of an attempt that is made again', () => {
      const { store, studyId } = fixture
      store.startTrial(sampleTrial(studyId, 0))
      for (const training of [0, 1]) store.startTraining(studyId, 0, { training, metrics: [] })
      store.appendMetrics(studyId, [{ ...batch(0, ['loss'], [[1, 8]]), training: 1 }])
      store.startAttempt({ studyId, trialNumber: 0, slot: 0, atMs: 3_000 })
      expect(store.trial(studyId, 0).trainings).toBeUndefined()
      expect(store.trainingCurves(studyId, 0)).toEqual([])
    })

    it('names the metrics of one study and gives one of them for one trial', () => {
      const { store, studyId } = fixture
      const other = store.createStudy(sampleStudy('other')).id
      for (const id of [studyId, other]) store.startTrial(sampleTrial(id, 0))
      store.startTrial(sampleTrial(studyId, 1))
      store.appendMetrics(other, [batch(0, ['elsewhere'], [[1, 1]])])
      store.appendMetrics(studyId, [
        batch(
          0,
          ['loss', 'accuracy'],
          [
            [1, 3, 0.5],
            [4, Number.POSITIVE_INFINITY, 0.75],
          ],
        ),
      ])
      expect(store.metricNames(studyId)).toEqual(['loss', 'accuracy'])
      const infinite = { steps: [1, 4], values: [3, Number.POSITIVE_INFINITY] }
      expect(store.curve(studyId, 0, 'loss')).toEqual(infinite)
      expect(store.curve(studyId, 1, 'loss')).toEqual({ steps: [], values: [] })
      expect(store.curve(studyId, 0, 'elsewhere')).toEqual({ steps: [], values: [] })
      errorOf('trial.notFound', () => store.curve(studyId, 9, 'loss'))
    })
  })

  describe('events', () => {
    it('rise in id by one over all studies and keep their order', () => {
      const { store, studyId } = fixture
      const other = store.createStudy(sampleStudy('other')).id
      const record = (id: number, kind: EventKind, atMs: number) =>
        store.recordEvent(id, { kind, trialNumber: 4, detail: { text: '停', list: [1] }, atMs })
      const first = record(studyId, 'child.failed', 50)
      const second = record(other, 'child.failed', 40)
      const third = record(studyId, 'study.paused', 30)
      expect([second.id - first.id, third.id - second.id]).toEqual([1, 1])
      expect(third).toEqual({
        id: third.id,
        atMs: 30,
        kind: 'study.paused',
        trialNumber: 4,
        detail: { text: '停', list: [1] },
      })
      fixture.reopen()
      expect(fixture.store.events(studyId).slice(1)).toEqual([first, third])
      expect(fixture.store.events(other).at(-1)).toEqual(second)
    })
  })

  describe('winner', () => {
    it('is none, then the last one recorded, with its event', () => {
      const { store, studyId } = fixture
      runTrial(store, studyId, 0, 1)
      runTrial(store, studyId, 1, 0)
      expect(store.winner(studyId)).toBeNull()
      store.recordWinner(studyId, { trialNumber: 0, evaluatedAtMs: 1, metrics: { accuracy: 0.5 } })
      const winner = {
        trialNumber: 1,
        evaluatedAtMs: 2,
        metrics: { accuracy: Number.NaN, loss: Number.NEGATIVE_INFINITY, size: 1e300 },
      }
      store.recordWinner(studyId, winner)
      fixture.reopen()
      expect(fixture.store.winner(studyId)).toEqual({ ...winner, looks: null })
      expect(fixture.store.snapshot(studyId).winner).toEqual({ ...winner, looks: null })
      expect(fixture.store.events(studyId).at(-1)).toMatchObject({
        kind: 'winner.tested',
        trialNumber: 1,
        detail: { metrics: { accuracy: 'NaN', loss: '-Infinity', size: 1e300 } },
      })
    })
  })

  it('returns copies: later writes do not change them, nor does changing them the store', () => {
    const { store, studyId } = fixture
    store.startTrial(sampleTrial(studyId, 0))
    store.appendMetrics(studyId, [batch(0, ['loss'], [[1, 1]])])
    const trial = store.trial(studyId, 0)
    const summary = store.findStudy('study')
    const copies = structuredClone({ trial, summary })
    store.appendMetrics(studyId, [batch(0, ['loss'], [[2, 2]])])
    store.finishTrial(sampleFinish(studyId, 0))
    store.setDataset(studyId, { rows: 1 })
    expect({ trial, summary }).toEqual(copies)
    const after = structuredClone(store.trial(studyId, 0))
    ;(store.trial(studyId, 0).parameters as Record<string, unknown>)['x'] = 'changed'
    ;(store.history(studyId)[0]?.values as number[]).push(99)
    expect(store.trial(studyId, 0)).toEqual(after)
  })

  it('does not keep what the caller handed in', () => {
    const { store, studyId } = fixture
    const parameters = { x: 1 }
    const metricBatch = batch(0, ['loss'], [[1, 1]])
    store.startTrial(sampleTrial(studyId, 0, parameters))
    store.appendMetrics(studyId, [metricBatch])
    parameters.x = 2
    metricBatch.columns.values[0] = 2
    expect(store.trial(studyId, 0)).toMatchObject({
      parameters: { x: 1 },
      metrics: { loss: { values: [1] } },
    })
  })

  it('knows unknown studies in every method', () => {
    const { store } = fixture
    const studyId = 77
    const engine = { name: 'cpu', device: '', versions: {} } as const
    const failure = { class: 'code', reason: verbatim('') } as const
    const winner = { trialNumber: 0, evaluatedAtMs: 1, metrics: {} }
    const change = {
      studyId,
      state: 'running',
      reason: null,
      event: 'study.started',
      atMs: 1,
    } as const
    const calls = [
      () => store.setStudyState(change),
      () => store.setDataset(studyId, {}),
      () => store.addElapsed(studyId, 1),
      () => store.startTrial(sampleTrial(studyId, 0)),
      () => store.startAttempt({ studyId, trialNumber: 0, slot: 0, atMs: 1 }),
      () => store.setAttemptEngine(studyId, 0, engine),
      () => store.failAttempt(studyId, 0, failure, 1),
      () => store.appendMetrics(studyId, [batch(0, ['loss'], [[1, 1]])]),
      () => store.finishTrial(sampleFinish(studyId, 0)),
      () => store.interruptRunning(studyId, 1),
      () => store.removeArtifacts(studyId, 0, ['model']),
      () => store.recordWinner(studyId, winner),
      () =>
        store.recordEvent(studyId, {
          kind: 'study.paused',
          trialNumber: null,
          detail: {},
          atMs: 1,
        }),
      () => store.trial(studyId, 0),
      () => store.trials(studyId),
      () => store.history(studyId),
      () => store.completeValues(studyId),
      () => store.finishedPace(studyId),
      () => store.runningSteps(studyId),
      () => store.metricNames(studyId),
      () => store.curve(studyId, 0, 'loss'),
      () => store.events(studyId),
      () => store.winner(studyId),
      () => store.artifacts(studyId),
      () => store.snapshot(studyId),
    ]
    for (const call of calls) {
      expect(errorOf('study.notFound', call).detail, String(call)).toEqual({ study: '77' })
    }
  })

  it('knows unknown trials in every method', () => {
    const { store, studyId } = fixture
    const engine = { name: 'cpu', device: '', versions: {} } as const
    const failure = { class: 'code', reason: verbatim('') } as const
    const calls = [
      () => store.trial(studyId, 5),
      () => store.startAttempt({ studyId, trialNumber: 5, slot: 0, atMs: 1 }),
      () => store.setAttemptEngine(studyId, 5, engine),
      () => store.failAttempt(studyId, 5, failure, 1),
      () => store.appendMetrics(studyId, [batch(5, ['loss'], [[1, 1]])]),
      () => store.finishTrial(sampleFinish(studyId, 5)),
      () => store.removeArtifacts(studyId, 5, ['model']),
      () => store.recordWinner(studyId, { trialNumber: 5, evaluatedAtMs: 1, metrics: {} }),
    ]
    for (const call of calls) {
      const { detail } = errorOf('trial.notFound', call)
      expect(detail, String(call)).toEqual({ study: 'study', number: 5 })
    }
    expect(store.events(studyId)).toHaveLength(1)
  })

  it('closes twice', () => {
    fixture.store.close()
    fixture.store.close()
    expect(() => fixture.store.listStudies()).toThrow('not open')
    fixture.reopen()
  })
}
