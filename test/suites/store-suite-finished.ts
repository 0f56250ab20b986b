import { msg, verbatim } from '../../src-main/core/errors/message.ts'
import { describe, expect, it } from 'vitest'
import { isFeasible } from '../../src-main/core/study/constraints.ts'
import { type FinishedTrialState, finishedTrialStates } from '../../src-main/core/trial/trial.ts'
import { batch, errorOf, sampleFinish, sampleStudy, sampleTrial } from '../helpers/store-samples.ts'
import type { StoreFixture } from './store-fixture.ts'

/** How trials end, and that they stay so. */
export function describeFinishedTrials(fixture: StoreFixture): void {
  describe('finished trials', () => {
    it('finishes with values, metrics, artifacts and event at once', () => {
      const { store } = fixture
      const goals = [
        { metric: 'loss', direction: 'minimize' },
        { metric: 'accuracy', direction: 'maximize' },
      ] as const
      const studyId = store.createStudy(sampleStudy('two goals', goals)).id
      const artifacts = [
        { kind: 'weights.best', path: '/a/best.bin', bytes: 2 ** 40, sha256: 'ab' },
        { kind: 'log', path: '/a/log.txt', bytes: 0, sha256: 'cd' },
      ]
      store.startTrial(sampleTrial(studyId, 0))
      store.appendMetrics(studyId, [batch(0, ['loss'], [[1, 3]])])
      store.finishTrial(
        sampleFinish(studyId, 0, {
          values: [0.5, Number.POSITIVE_INFINITY],
          bestStep: 2,
          metrics: [batch(0, ['loss'], [[2, 0.5]])],
          artifacts,
        }),
      )
      fixture.reopen()
      const snapshot = fixture.store.snapshot(studyId)
      expect(snapshot.trials[0]).toMatchObject({
        state: 'complete',
        values: [0.5, Number.POSITIVE_INFINITY],
        bestStep: 2,
        lastStep: 2,
        finishedAtMs: 3_000,
        attempts: [{ number: 1, state: 'complete', finishedAtMs: 3_000, failure: null }],
        metrics: { loss: { steps: [1, 2], values: [3, 0.5] } },
      })
      expect(snapshot.artifacts).toEqual(
        [artifacts[1], artifacts[0]].map(artifact => ({ trialNumber: 0, ...artifact })),
      )
      expect(snapshot.events.map(event => event.kind)).toEqual([
        'study.created',
        'trial.started',
        'trial.finished',
      ])
      expect(snapshot.events[2]?.detail).toEqual({ state: 'complete', values: [0.5, 'Infinity'] })
    })

    it('keeps constraint values and takes the best of the feasible trials', () => {
      const { store } = fixture
      const study = sampleStudy('constrained')
      const specification = { ...study.specification, constraints: ['size', 'time'] }
      const studyId = store.createStudy({ ...study, specification }).id
      const outcomes: readonly (readonly [number, readonly number[]])[] = [
        [1, [0.5, -1]],
        [4, [-1, 0]],
        [2, [-1, Number.NaN]],
        [3, [Number.NEGATIVE_INFINITY, -2]],
        [0, [Number.POSITIVE_INFINITY, -2]],
      ]
      for (const [number, [value, constraints]] of outcomes.entries()) {
        store.startTrial(sampleTrial(studyId, number))
        store.finishTrial(sampleFinish(studyId, number, { values: [value], constraints }))
      }
      store.startTrial(sampleTrial(studyId, 5))
      for (const constraints of [undefined, [1], [1, 2, 3]]) {
        const finish = { ...sampleFinish(studyId, 5), ...(constraints ? { constraints } : {}) }
        const error = errorOf('protocol.invalid', () => store.finishTrial(finish))
        expect(error.detail.field).toBe('constraints')
      }
      store.finishTrial(sampleFinish(studyId, 5, { state: 'failed', values: [] }))
      fixture.reopen()
      const wanted = [...outcomes.map(([, constraints]) => constraints), undefined]
      const reader = fixture.store
      expect(reader.trials(studyId).map(trial => trial.constraints)).toEqual(wanted)
      expect(reader.history(studyId).map(trial => trial.constraints)).toEqual(wanted)
      expect(reader.trial(studyId, 2).constraints).toEqual([-1, Number.NaN])
      expect(reader.outline(studyId).map(({ feasible }) => feasible)).toEqual(
        reader.trials(studyId).map(isFeasible),
      )
      expect(reader.findStudy('constrained').best).toEqual({ number: 3, value: 3 })
      expect(reader.events(studyId)[2]?.detail).toMatchObject({ constraints: [0.5, -1] })
    })

    it('keeps why a trial was pruned, failed or canceled', () => {
      const { store, studyId } = fixture
      const failure = { class: 'memory', reason: verbatim('out of memory') } as const
      for (const number of [0, 1, 2]) store.startTrial(sampleTrial(studyId, number))
      store.finishTrial(
        sampleFinish(studyId, 0, {
          state: 'pruned',
          values: [0.7],
          bestStep: 4,
          reason: msg('pruning.pruned'),
        }),
      )
      store.finishTrial(sampleFinish(studyId, 1, { state: 'failed', values: [], failure }))
      store.finishTrial(
        sampleFinish(studyId, 2, {
          state: 'canceled',
          values: [],
          reason: msg('ending.canceled'),
        }),
      )
      expect(store.trials(studyId)).toMatchObject([
        { state: 'pruned', values: [0.7], bestStep: 4, reason: msg('pruning.pruned') },
        { state: 'failed', values: [], attempts: [{ state: 'failed', failure }] },
        {
          state: 'canceled',
          values: [],
          reason: msg('ending.canceled'),
          attempts: [{ state: 'canceled' }],
        },
      ])
    })

    it('gives up a trial whose last attempt failed or was interrupted', () => {
      const { store, studyId } = fixture
      const first = { class: 'device', reason: verbatim('device lost') } as const
      const second = { class: 'killed', reason: verbatim('gone') } as const
      store.startTrial(sampleTrial(studyId, 0))
      store.failAttempt(studyId, 0, first, 2_500)
      store.finishTrial(sampleFinish(studyId, 0, { state: 'failed', values: [], failure: second }))
      store.startTrial(sampleTrial(studyId, 1))
      store.interruptRunning(studyId, 2_600)
      store.finishTrial(sampleFinish(studyId, 1, { state: 'failed', values: [], failure: second }))
      expect(store.trials(studyId)).toMatchObject([
        { state: 'failed', attempts: [{ state: 'failed', finishedAtMs: 2_500, failure: first }] },
        { state: 'failed', attempts: [{ state: 'interrupted', failure: second }] },
      ])
    })

    it.each<[FinishedTrialState, number[]]>([
      ['complete', []],
      ['complete', [1, 2]],
      ['pruned', [1, 2]],
      ['failed', [1]],
      ['canceled', [1]],
    ])('refuses a %s trial with values %j for one goal', (state, values) => {
      const { store, studyId } = fixture
      store.startTrial(sampleTrial(studyId, 0))
      const metrics = [batch(0, ['loss'], [[1, 1]])]
      const finish = sampleFinish(studyId, 0, { state, values, metrics })
      expect(errorOf('protocol.invalid', () => store.finishTrial(finish)).detail).toMatchObject({
        field: 'values',
        value: values.map(String),
      })
      expect(store.trial(studyId, 0)).toMatchObject({ state: 'running', metrics: {} })
    })

    it.each(finishedTrialStates)('never changes a %s trial', state => {
      const { store, studyId } = fixture
      const values = state === 'complete' ? [1] : []
      store.startTrial(sampleTrial(studyId, 0))
      store.finishTrial(sampleFinish(studyId, 0, { state, values }))
      const before = store.snapshot(studyId)
      const failure = { class: 'code', reason: verbatim('late') } as const
      const engine = { name: 'cpu', device: '', versions: {} } as const
      const writes = [
        () => store.startTrial(sampleTrial(studyId, 0)),
        () => store.startAttempt({ studyId, trialNumber: 0, slot: 0, atMs: 1 }),
        () => store.setAttemptEngine(studyId, 0, engine),
        () => store.failAttempt(studyId, 0, failure, 1),
        () => store.appendMetrics(studyId, [batch(0, ['loss'], [[9, 9]])]),
        () => store.finishTrial(sampleFinish(studyId, 0, { values: [5] })),
      ]
      for (const write of writes) {
        expect(errorOf('trial.finished', write).detail).toEqual({
          study: 'study',
          number: 0,
          state,
        })
      }
      expect(store.interruptRunning(studyId, 1)).toEqual([])
      fixture.reopen()
      expect(fixture.store.snapshot(studyId)).toEqual(before)
    })

    it('forgets artifacts, of a finished trial too', () => {
      const { store, studyId } = fixture
      const artifacts = ['model', 'weights.best', 'weights.last'].map(kind => ({
        kind,
        path: `/${kind}`,
        bytes: 1,
        sha256: 'x',
      }))
      for (const number of [0, 1]) {
        store.startTrial(sampleTrial(studyId, number))
        store.finishTrial(sampleFinish(studyId, number, { artifacts }))
      }
      store.removeArtifacts(studyId, 0, ['weights.best', 'weights.last', 'absent'])
      const remaining = store.artifacts(studyId).map(({ trialNumber, kind }) => [trialNumber, kind])
      expect(remaining).toEqual([[0, 'model'], ...artifacts.map(({ kind }) => [1, kind])])
    })
  })
}
