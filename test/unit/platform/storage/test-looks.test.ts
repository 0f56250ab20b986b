import { describe, expect, it } from 'vitest'
import { studySpecificationSchema } from '../../../../src-main/core/study/study-specification.ts'
import { openStudyStore } from '../../../../src-main/platform/storage/sqlite-study-store.ts'
import type { StudyStore } from '../../../../src-main/platform/storage/study-store.ts'
import { sampleEnvironment, sampleFinish, sampleTrial } from '../../../helpers/store-samples.ts'

function studyOver(store: StudyStore, name: string, contentHash: string): number {
  const specification = studySpecificationSchema.parse({
    name,
    stop: { trials: 1 },
    objective: { task: 'tabular', data: { file: 'a.csv', target: 'y' } },
    goals: [{ metric: 'validationLoss', direction: 'minimize' }],
    space: { ridge: { float: [0.1, 10] } },
  })
  const { id } = store.createStudy({
    specification,
    source: '',
    environment: sampleEnvironment,
    createdAtMs: 0,
  })
  store.setDataset(id, { contentHash })
  store.startTrial(sampleTrial(id, 0))
  store.finishTrial(sampleFinish(id, 0))
  return id
}

function test(store: StudyStore, studyId: number, evaluatedAtMs: number): void {
  store.recordWinner(studyId, { trialNumber: 0, evaluatedAtMs, metrics: { testLoss: 1 } })
}

describe('looks at test rows', () => {
  it('are counted over all studies of the same rows, deleted ones too', () => {
    const store = openStudyStore(':memory:')
    try {
      const first = studyOver(store, 'first', 'ab')
      const second = studyOver(store, 'second', 'ab')
      const other = studyOver(store, 'other', 'cd')
      test(store, first, 10)
      test(store, other, 15)
      expect(store.winner(first)?.looks).toEqual({ before: 0, total: 1, studies: 1 })
      test(store, second, 20)
      store.recordEvent(second, {
        kind: 'ensemble.tested',
        trialNumber: null,
        atMs: 30,
        detail: { trials: [0], metrics: {} },
      })
      expect(store.winner(first)?.looks).toEqual({ before: 0, total: 3, studies: 2 })
      expect(store.snapshot(second).winner?.looks).toEqual({ before: 1, total: 3, studies: 2 })
      expect(store.winner(other)?.looks).toEqual({ before: 0, total: 1, studies: 1 })
      store.deleteStudy(first, { atMs: 40 })
      store.emptyBin()
      expect(store.winner(second)?.looks).toEqual({ before: 1, total: 3, studies: 2 })
    } finally {
      store.close()
    }
  })
})
