import { describe, expect, it } from 'vitest'
import { errorOf, runTrial, sampleStudy, sampleTrial } from '../helpers/store-samples.ts'
import type { StoreFixture } from './store-fixture.ts'

const mark = { atMs: 7_000 }

/** What people change in a study that is there, each with its event. */
export function describeInterventions(fixture: StoreFixture): void {
  describe('interventions', () => {
    it('put another specification in force', () => {
      const { store, studyId } = fixture
      const { specification } = store.findStudy('study')
      const stop = { ...specification.stop, trials: 99 }
      const detail = { changes: [{ path: 'stop.trials', from: 10, to: 99 }] }
      store.changeSpecification({
        studyId,
        specification: { ...specification, stop },
        detail,
        ...mark,
        undoes: 3,
      })
      fixture.reopen()
      expect(fixture.store.findStudy('study').specification.stop.trials).toBe(99)
      const event = { kind: 'study.changed', detail: { ...detail, undoes: 3 }, atMs: 7_000 }
      expect(fixture.store.events(studyId).at(-1)).toMatchObject(event)
    })

    it('take trials out of the search and back, finished ones too', () => {
      const { store, studyId } = fixture
      runTrial(store, studyId, 0, 1)
      runTrial(store, studyId, 1, 2)
      store.startTrial(sampleTrial(studyId, 2))
      store.setExcluded(studyId, 0, true, mark)
      store.setExcluded(studyId, 2, true, mark)
      fixture.reopen()
      const reader = fixture.store
      expect(reader.excludedTrials(studyId)).toEqual([0, 2])
      expect(reader.history(studyId).map(({ excluded }) => excluded)).toEqual([
        true,
        undefined,
        true,
      ])
      expect(reader.trial(studyId, 0)).toMatchObject({ excluded: true, values: [1] })
      expect(reader.trials(studyId).map(({ excluded }) => excluded ?? false)).toEqual([
        true,
        false,
        true,
      ])
      expect(reader.findStudy('study').best).toEqual({ number: 1, value: 2 })
      expect(reader.completeValues(studyId)).toEqual([2])
      reader.setExcluded(studyId, 0, false, mark)
      expect(reader.findStudy('study').best).toEqual({ number: 0, value: 1 })
      expect(reader.events(studyId).slice(-3)).toMatchObject([
        { kind: 'trial.excluded', trialNumber: 0 },
        { kind: 'trial.excluded', trialNumber: 2 },
        { kind: 'trial.included', trialNumber: 0 },
      ])
      errorOf('trial.notFound', () => reader.setExcluded(studyId, 9, true, mark))
    })

    it('keep notes and what they said before', () => {
      const { store, studyId } = fixture
      runTrial(store, studyId, 0, 1)
      store.setTrialNote(studyId, 0, 'odd curve 曲线', mark)
      store.setTrialNote(studyId, 0, 'fine', mark)
      fixture.reopen()
      expect(fixture.store.trial(studyId, 0).note).toBe('fine')
      expect(fixture.store.events(studyId).at(-1)).toMatchObject({
        kind: 'trial.noted',
        detail: { from: 'odd curve 曲线', to: 'fine' },
      })
    })

    it('queue points, which leave when they start or are withdrawn', () => {
      const { store, studyId } = fixture
      const parameters = { x: -0, kind: 'a', depth: 2 }
      const origin = { kind: 'clone', trialNumber: 4 } as const
      const ids = [0, 1, 2].map(() =>
        Number(store.enqueuePoint({ studyId, parameters, origin, ...mark }).detail['queued']),
      )
      const [first = 0, second = 0, third = 0] = ids
      store.withdrawPoint(studyId, second, mark)
      store.startTrial({ ...sampleTrial(studyId, 0, parameters), queuedPoint: first })
      fixture.reopen()
      const reader = fixture.store
      expect(reader.queuedPoints(studyId)).toEqual([{ id: third, parameters, origin }])
      errorOf('intervention.refused', () => reader.withdrawPoint(studyId, second, mark))
      const trialOfPoint = { ...sampleTrial(studyId, 1, parameters), queuedPoint: first }
      errorOf('protocol.invalid', () => {
        reader.startTrial(trialOfPoint)
      })
      expect(reader.trials(studyId)).toHaveLength(1)
    })

    it('label studies', () => {
      const { store, studyId } = fixture
      const labels = { tags: ['paper', '论文'], note: 'second try', archived: true }
      store.setLabels(studyId, labels, mark)
      const chart = { x: 'trial', y: 'goal.0', color: '', size: 'duration', facets: '' }
      expect(store.studyById(studyId)).not.toHaveProperty('customChart')
      store.setCustomChart(studyId, chart)
      expect(fixture.store.findStudy('study').customChart).toEqual(chart)
      store.setCustomChart(studyId, null)
      const view = {
        name: '最好的',
        filter: 'state:complete',
        sort: 'value.0',
        columns: ['rate'],
        groupBy: 'state',
      }
      expect(store.studyById(studyId).trialViews).toEqual([])
      store.setTrialViews(studyId, [view])
      expect(fixture.store.findStudy('study')).not.toHaveProperty('customChart')
      fixture.reopen()
      expect(fixture.store.findStudy('study').labels).toEqual(labels)
      expect(fixture.store.findStudy('study').trialViews).toEqual([view])
      expect(fixture.store.events(studyId).at(-1)).toMatchObject({
        kind: 'study.labeled',
        detail: { from: { archived: false }, to: labels },
      })
    })

    it('rename studies, but not to the name of another one', () => {
      const { store, studyId } = fixture
      const { specification, source, environment } = store.studyById(studyId)
      store.createStudy({
        specification: { ...specification, name: 'other' },
        source,
        environment,
        createdAtMs: 0,
      })
      errorOf('study.exists', () => store.renameStudy(studyId, 'other', mark))
      store.renameStudy(studyId, 'houses', mark)
      fixture.reopen()
      expect(fixture.store.findStudy('houses')).toMatchObject({
        id: studyId,
        specification: { name: 'houses' },
      })
      expect(fixture.store.events(studyId).at(-1)).toMatchObject({
        kind: 'study.renamed',
        detail: { from: 'study', to: 'houses' },
      })
    })

    it('move studies to the bin, where they give their name away, and back', () => {
      const { store, studyId } = fixture
      runTrial(store, studyId, 0, 1)
      const before = store.snapshot(studyId)
      store.deleteStudy(studyId, mark)
      fixture.reopen()
      const reader = fixture.store
      expect(reader.listStudies()).toEqual([])
      for (const read of [
        () => reader.findStudy('study'),
        () => reader.findStudy(String(studyId)),
        () => reader.snapshot(studyId),
        () => reader.events(studyId),
      ]) {
        errorOf('study.notFound', read)
      }
      reader.restoreStudy(studyId, mark)
      const { events, ...contents } = reader.snapshot(studyId)
      expect(contents).toMatchObject({ study: before.study, trials: before.trials })
      expect(events.slice(-2).map(({ kind }) => kind)).toEqual(['study.deleted', 'study.restored'])
      errorOf('study.notFound', () => reader.restoreStudy(studyId, mark))
      reader.deleteStudy(studyId, mark)
      reader.createStudy(sampleStudy('study'))
      errorOf('study.exists', () => reader.restoreStudy(studyId, mark))
    })

    it('empty the bin for good, and nothing else', () => {
      const { store, studyId } = fixture
      const otherStudyId = store.createStudy(sampleStudy('kept')).id
      for (const id of [studyId, otherStudyId]) {
        runTrial(store, id, 0, 1)
        store.setTrialNote(id, 0, 'note', mark)
        store.enqueuePoint({
          studyId: id,
          parameters: { x: 1 },
          origin: { kind: 'point', trialNumber: null },
          ...mark,
        })
        store.recordWinner(id, { trialNumber: 0, evaluatedAtMs: 1, metrics: { accuracy: 1 } })
      }
      const before = store.snapshot(otherStudyId)
      store.deleteStudy(studyId, mark)
      expect(store.emptyBin()).toEqual([studyId])
      fixture.reopen()
      expect(fixture.store.snapshot(otherStudyId)).toEqual(before)
      errorOf('study.notFound', () => fixture.store.restoreStudy(studyId, mark))
      expect(fixture.store.emptyBin()).toEqual([])
    })
  })
}
