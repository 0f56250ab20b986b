import { msg } from '../../src-main/core/errors/message.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { noLabels } from '../../src-main/core/study/study.ts'
import type { StudyStore } from '../../src-main/platform/storage/study-store.ts'
import type { StoreFixture } from './store-fixture.ts'
import { describeDatasets } from './store-suite-datasets.ts'
import { describeFinishedTrials } from './store-suite-finished.ts'
import { describeInterventions } from './store-suite-interventions.ts'
import { describeRanking } from './store-suite-ranking.ts'
import { describeReading } from './store-suite-reading.ts'
import {
  batch,
  errorOf,
  sampleFinish,
  sampleSpecification,
  sampleStudy,
  sampleTrial,
} from '../helpers/store-samples.ts'

/** How the suite gets at one implementation of the store. */
export interface StoreHarness {
  open(): StudyStore
  /** Closes and opens again what outlives closing; a store that does not outlive it comes back as it is. */
  reopen(store: StudyStore): StudyStore
  dispose(): void
}

/** The law of `study-store.ts` as tests; a further implementation is one call. */
export function describeStore(name: string, createHarness: () => StoreHarness): void {
  describe(name, () => {
    let harness: StoreHarness
    let store: StudyStore
    let studyId: number
    beforeEach(() => {
      harness = createHarness()
      store = harness.open()
      studyId = store.createStudy(sampleStudy()).id
    })
    afterEach(() => {
      store.close()
      harness.dispose()
    })
    const fixture: StoreFixture = {
      get store() {
        return store
      },
      get studyId() {
        return studyId
      },
      reopen() {
        store = harness.reopen(store)
      },
    }
    describeStudies(fixture)
    describeUnfinishedTrials(fixture)
    describeFinishedTrials(fixture)
    describeRanking(fixture)
    describeReading(fixture)
    describeInterventions(fixture)
    describeDatasets(fixture)
  })
}

function describeStudies(fixture: StoreFixture): void {
  describe('studies', () => {
    it('of another program keep what was noted', () => {
      const sample = sampleStudy('imported')
      const notes = [
        { code: 'columnsLeftOut', columns: ['id', 'host'] },
        { code: 'rowsOutside', rows: [3, 9], more: 0 },
      ] as const
      const importedFrom = {
        program: 'CSV',
        version: null,
        file: 'runs.csv',
        sha256: 'ab',
        study: 'runs',
        notes,
      }
      const { id } = fixture.store.createStudy({
        ...sample,
        environment: { ...sample.environment, importedFrom },
      })
      fixture.reopen()
      expect(fixture.store.snapshot(id).study.environment.importedFrom).toEqual(importedFrom)
    })

    it('returns a study as it was created', () => {
      const { store } = fixture
      const study = sampleStudy('other')
      const created = store.createStudy(study)
      expect(created).toEqual({
        id: created.id,
        name: 'other',
        state: 'created',
        reason: null,
        specification: sampleSpecification('other'),
        source: study.source,
        environment: study.environment,
        dataset: null,
        createdAtMs: 1_000,
        elapsedMs: 0,
        labels: noLabels,
        trialViews: [],
      })
      fixture.reopen()
      const { trials, best, ...record } = fixture.store.findStudy('other')
      expect(record).toEqual(created)
      expect(Object.values(trials)).toEqual([0, 0, 0, 0, 0, 0])
      expect(best).toBeNull()
    })

    it('refuses a second study of the same name and creates nothing', () => {
      const { store, studyId } = fixture
      const before = store.events(studyId).length
      const error = errorOf('study.exists', () => store.createStudy(sampleStudy()))
      expect(error.detail).toEqual({ study: 'study' })
      expect(store.listStudies()).toHaveLength(1)
      expect(store.events(studyId)).toHaveLength(before)
    })

    it('finds by name and by id, and prefers the name', () => {
      const { store, studyId } = fixture
      const named = store.createStudy(sampleStudy(String(studyId)))
      expect(store.findStudy('study').id).toBe(studyId)
      expect(store.findStudy(String(named.id)).name).toBe(String(studyId))
      expect(store.findStudy(String(studyId)).id).toBe(named.id)
      expect(store.studyById(studyId).name).toBe('study')
      expect(store.listStudies().map(study => study.id)).toEqual([studyId, named.id])
    })

    it.each(['none', '99', '0', '-1', '1.0', ''])('does not find %j', nameOrId => {
      const error = errorOf('study.notFound', () => fixture.store.findStudy(nameOrId))
      expect(error.detail).toEqual({ study: nameOrId })
    })

    it('changes state, data set and elapsed time', () => {
      const { store, studyId } = fixture
      store.setStudyState({
        studyId,
        state: 'finished',
        reason: msg('ending.targetReached', { target: 1 }),
        event: 'study.finished',
        atMs: 9_000,
      })
      store.setDataset(studyId, { rows: 3, classes: ['猫', 'dog'] })
      store.addElapsed(studyId, 200.5)
      store.addElapsed(studyId, 0.25)
      fixture.reopen()
      expect(fixture.store.findStudy('study')).toMatchObject({
        state: 'finished',
        reason: msg('ending.targetReached', { target: 1 }),
        dataset: { rows: 3, classes: ['猫', 'dog'] },
        elapsedMs: 200.75,
      })
      expect(fixture.store.events(studyId).at(-1)).toMatchObject({
        kind: 'study.finished',
        atMs: 9_000,
        trialNumber: null,
        detail: { state: 'finished', reason: msg('ending.targetReached', { target: 1 }) },
      })
    })

    it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d ms of elapsed time', value => {
      const { store, studyId } = fixture
      const error = errorOf('protocol.invalid', () => store.addElapsed(studyId, value))
      expect(error.detail.field).toBe('durationMs')
      expect(store.findStudy('study').elapsedMs).toBe(0)
    })

    it('keeps two studies apart', () => {
      const { store, studyId } = fixture
      const other = store.createStudy(sampleStudy('other')).id
      store.startTrial(sampleTrial(studyId, 0))
      store.startTrial(sampleTrial(other, 0, { x: 7 }))
      store.appendMetrics(other, [batch(0, ['loss'], [[1, 5]])])
      expect(store.trial(studyId, 0).metrics).toEqual({})
      expect(store.history(other)[0]).toMatchObject({ parameters: { x: 7 } })
      expect(store.interruptRunning(other, 1)).toEqual([0])
      expect(store.trial(studyId, 0).state).toBe('running')
    })
  })
}

function describeUnfinishedTrials(fixture: StoreFixture): void {
  describe('unfinished trials', () => {
    it('starts a trial with its first attempt', () => {
      const { store, studyId } = fixture
      const parameters = { z: -0, x: 0.1 + 0.2, tiny: 5e-324, text: '调"\n', flag: false, ['1']: 2 }
      store.startTrial(sampleTrial(studyId, 3, parameters))
      fixture.reopen()
      const trial = fixture.store.trial(studyId, 3)
      expect(trial).toEqual({
        number: 3,
        state: 'running',
        parameters,
        provenance: {
          sampler: 'random',
          reason: msg('proposal.draw', { draw: 3 }),
          detail: { tries: [1, null] },
        },
        seed: 4_294_967_292,
        values: [],
        bestStep: null,
        lastStep: null,
        reason: null,
        startedAtMs: 2_003,
        finishedAtMs: null,
        attempts: [
          {
            number: 1,
            state: 'running',
            slot: 1,
            engine: null,
            startedAtMs: 2_003,
            finishedAtMs: null,
            failure: null,
          },
        ],
        metrics: {},
      })
      expect(Object.is(trial.parameters['z'], -0)).toBe(true)
      expect(Object.keys(trial.parameters)).toEqual(Object.keys(parameters))
    })

    it('refuses a number that is taken', () => {
      const { store, studyId } = fixture
      store.startTrial(sampleTrial(studyId, 0))
      const again = sampleTrial(studyId, 0, { x: 9 })
      expect(errorOf('protocol.invalid', () => store.startTrial(again)).detail.field).toBe('number')
      store.finishTrial(sampleFinish(studyId, 0))
      errorOf('trial.finished', () => store.startTrial(again))
      expect(store.trials(studyId)).toHaveLength(1)
    })

    it('records the engine of the open attempt', () => {
      const { store, studyId } = fixture
      const engine = {
        name: 'cpu' as const,
        device: 'one thread',
        versions: { core: '4.22.0' },
        passedOver: [
          {
            engine: 'wasm' as const,
            error: {
              code: 'engine.unavailable' as const,
              detail: { engine: 'wasm', reason: 'no' },
            },
          },
        ],
      }
      store.startTrial(sampleTrial(studyId, 0))
      expect(store.firstEngine(studyId)).toBeNull()
      store.setAttemptEngine(studyId, 0, engine)
      expect(store.firstEngine(studyId)).toEqual(engine)
      expect(store.trial(studyId, 0).attempts[0]?.engine).toEqual(engine)
    })

    it('ends an attempt as failed and goes on with the next, without the old metrics', () => {
      const { store, studyId } = fixture
      const signal = msg('failure.trainerSignal', { signal: 'SIGKILL', tail: 'last words' })
      const failure = { class: 'killed', reason: signal, stack: 'at x' } as const
      store.startTrial(sampleTrial(studyId, 0))
      store.appendMetrics(studyId, [batch(0, ['loss', 'accuracy'], [[4, 1, 2]])])
      store.failAttempt(studyId, 0, failure, 2_500)
      expect(store.trial(studyId, 0)).toMatchObject({ state: 'running', lastStep: 4 })
      errorOf('protocol.invalid', () => store.failAttempt(studyId, 0, failure, 2_501))
      store.startAttempt({ studyId, trialNumber: 0, slot: 0, atMs: 2_600 })
      store.appendMetrics(studyId, [batch(0, ['loss'], [[1, 8]])])
      fixture.reopen()
      const trial = fixture.store.trial(studyId, 0)
      expect(trial).toMatchObject({ state: 'running', startedAtMs: 2_000, lastStep: 1 })
      expect(trial.metrics).toEqual({ loss: { steps: [1], values: [8] } })
      expect(trial.attempts).toMatchObject([
        { number: 1, state: 'failed', slot: 1, finishedAtMs: 2_500, failure },
        { number: 2, state: 'running', slot: 0, startedAtMs: 2_600, finishedAtMs: null },
      ])
      expect(fixture.store.events(studyId).at(-1)).toMatchObject({
        kind: 'trial.retried',
        trialNumber: 0,
        detail: { attempt: 2, after: 'killed' },
      })
    })

    it('keeps the metrics up to a step when an attempt says where it goes on', () => {
      const { store, studyId } = fixture
      const rows = [1, 2, 3, 4].map(step => [step, step / 10])
      store.startTrial(sampleTrial(studyId, 0))
      store.startTrial(sampleTrial(studyId, 1))
      store.appendMetrics(studyId, [batch(0, ['loss'], rows), batch(1, ['loss'], rows)])
      store.startAttempt({ studyId, trialNumber: 0, slot: 0, atMs: 2_600, resumeStep: 4 })
      store.keepMetrics(studyId, 0, 2)
      fixture.reopen()
      expect(fixture.store.trial(studyId, 0)).toMatchObject({
        state: 'running',
        lastStep: 2,
        metrics: { loss: { steps: [1, 2], values: [0.1, 0.2] } },
      })
      expect(fixture.store.trial(studyId, 1)).toMatchObject({ lastStep: 4 })
      fixture.store.keepMetrics(studyId, 0, 0)
      expect(fixture.store.trial(studyId, 0)).toMatchObject({ lastStep: null, metrics: {} })
      fixture.store.finishTrial(sampleFinish(studyId, 1))
      errorOf('trial.finished', () => fixture.store.keepMetrics(studyId, 1, 2))
    })

    it('interrupts what runs, once, and starts it again', () => {
      const { store, studyId } = fixture
      for (const number of [2, 0, 1]) store.startTrial(sampleTrial(studyId, number))
      store.finishTrial(sampleFinish(studyId, 1))
      expect(store.interruptRunning(studyId, 5_000)).toEqual([0, 2])
      expect(store.interruptRunning(studyId, 5_001)).toEqual([])
      fixture.reopen()
      const interrupted = fixture.store.trial(studyId, 2)
      expect(interrupted).toMatchObject({ state: 'interrupted', finishedAtMs: null })
      expect(interrupted.attempts).toMatchObject([{ state: 'interrupted', finishedAtMs: 5_000 }])
      fixture.store.startAttempt({ studyId, trialNumber: 2, slot: 0, atMs: 6_000 })
      const again = fixture.store.trial(studyId, 2)
      expect(again.state).toBe('running')
      expect(again.attempts.map(attempt => attempt.state)).toEqual(['interrupted', 'running'])
      const kinds = fixture.store.events(studyId).map(event => [event.kind, event.trialNumber])
      expect(kinds.slice(-3)).toEqual([
        ['trial.interrupted', 0],
        ['trial.interrupted', 2],
        ['trial.retried', 2],
      ])
    })

    it('ends the open attempt as interrupted when the next one starts', () => {
      const { store, studyId } = fixture
      store.startTrial(sampleTrial(studyId, 0))
      store.startAttempt({ studyId, trialNumber: 0, slot: 0, atMs: 2_700 })
      expect(store.trial(studyId, 0).attempts).toMatchObject([
        { number: 1, state: 'interrupted', finishedAtMs: 2_700, failure: null },
        { number: 2, state: 'running' },
      ])
    })

    it('keeps NaN and infinities, sorts by step, takes the last value of a repeated step', () => {
      const { store, studyId } = fixture
      const { NaN: nan, POSITIVE_INFINITY: up, NEGATIVE_INFINITY: down, MAX_VALUE: max } = Number
      store.startTrial(sampleTrial(studyId, 0))
      store.appendMetrics(studyId, [
        batch(0, ['loss', '__proto__'], [[7, nan, up]]),
        batch(
          0,
          ['loss', '__proto__'],
          [
            [2, down, max],
            [3, 1e-320, 1],
          ],
        ),
        batch(0, ['loss'], [[3, 0.1]]),
      ])
      fixture.reopen()
      const { metrics, lastStep } = fixture.store.trial(studyId, 0)
      expect(lastStep).toBe(7)
      expect(Object.entries(metrics)).toEqual([
        ['loss', { steps: [2, 3, 7], values: [down, 0.1, nan] }],
        ['__proto__', { steps: [2, 3, 7], values: [max, 1, up] }],
      ])
      expect(fixture.store.history(studyId)[0]?.reports).toEqual([
        { step: 2, value: down },
        { step: 3, value: 0.1 },
        { step: 7, value: nan },
      ])
    })

    it('takes 100,000 metric rows in one call and gives them back', () => {
      const { store, studyId } = fixture
      const rows = 50_000
      const values = Float64Array.from({ length: 2 * rows }, (_, index) => Math.sin(index))
      const columns = {
        names: ['loss', 'accuracy'],
        steps: Int32Array.from({ length: rows }, (_, step) => step),
        values,
      }
      store.startTrial(sampleTrial(studyId, 0))
      store.appendMetrics(studyId, [{ trialNumber: 0, columns }])
      fixture.reopen()
      const { metrics } = fixture.store.trial(studyId, 0)
      expect(metrics['loss']?.steps).toEqual(Array.from(columns.steps))
      expect(metrics['accuracy']?.values).toEqual(Array.from(values.filter((_, i) => i % 2 === 1)))
    })

    it('writes no batch of a call if one of them is wrong', () => {
      const { store, studyId } = fixture
      store.startTrial(sampleTrial(studyId, 0))
      const good = batch(0, ['loss'], [[1, 1]])
      errorOf('trial.notFound', () =>
        store.appendMetrics(studyId, [good, batch(1, ['loss'], [[1, 1]])]),
      )
      const torn = { names: ['loss'], steps: Int32Array.of(1, 2), values: Float64Array.of(1) }
      const error = errorOf('protocol.invalid', () =>
        store.appendMetrics(studyId, [good, { trialNumber: 0, columns: torn }]),
      )
      expect(error.detail).toMatchObject({ field: 'columns.values.length', value: 1 })
      expect(store.trial(studyId, 0)).toMatchObject({ metrics: {}, lastStep: null })
    })

    it('has nothing to do for no batches, but knows the study', () => {
      const { store, studyId } = fixture
      store.appendMetrics(studyId, [])
      errorOf('study.notFound', () => store.appendMetrics(studyId + 1, []))
    })
  })
}
