import { expect, it } from 'vitest'
import { openStudyStore } from '../../../../src-main/platform/storage/sqlite-study-store.ts'
import { sampleFinish, sampleStudy, sampleTrial } from '../../../helpers/store-samples.ts'

it('events tell when the clock of the machine went back or on', () => {
  const store = openStudyStore(':memory:')
  const { id: studyId } = store.createStudy(sampleStudy())
  const begin = (event: 'study.started' | 'study.resumed', atMs: number) =>
    store.setStudyState({ studyId, state: 'running', reason: null, event, atMs })
  begin('study.started', 2_000)
  store.startTrial(sampleTrial(studyId, 0))
  store.finishTrial(sampleFinish(studyId, 0, { atMs: 90_000, clockMovedMs: -60_000 }))
  begin('study.resumed', 40_000)
  begin('study.resumed', 40_500)
  const moved = store.events(studyId).map(({ kind, detail }) => [kind, detail['clockMovedMs']])
  expect(moved.slice(-3)).toEqual([
    ['trial.finished', -60_000],
    ['study.resumed', -50_000],
    ['study.resumed', undefined],
  ])
  store.close()
})
