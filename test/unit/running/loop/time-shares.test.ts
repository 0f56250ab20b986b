import { describe, expect, it } from 'vitest'
import {
  type StudySpecificationInput,
  studySpecificationSchema,
} from '../../../../src-main/core/study/study-specification.ts'
import { TimeShares } from '../../../../src-main/running/loop/time-shares.ts'
import { openStudyStore } from '../../../../src-main/platform/storage/sqlite-study-store.ts'
import { sampleEnvironment } from '../../../helpers/store-samples.ts'

function sharesOf(changes: Partial<StudySpecificationInput> = {}): TimeShares {
  const store = openStudyStore(':memory:')
  const specification = studySpecificationSchema.parse({
    name: 'a',
    folds: 3,
    stop: { minutes: 8 },
    objective: { task: 'tabular', data: { file: 'a.csv', target: 'y' } },
    goals: [{ metric: 'validationRmse', direction: 'minimize' }],
    space: { ridge: { float: [0.1, 10] } },
    ...changes,
  })
  const study = store.createStudy({
    specification,
    source: '',
    environment: sampleEnvironment,
    createdAtMs: 0,
  })
  return new TimeShares(store, () => study)
}

describe('shares of the time of a study', () => {
  it('are those of trainings of ours that begin at their beginning', () => {
    const shares = sharesOf()
    expect(shares.ofTrial({})).toBe(30_000)
    expect(shares.ofTrial({ untilStep: 4 })).toBeNull()
    expect(shares.ofTrial({ origin: { trial: 0, step: 1, mode: 'continue' } })).toBeNull()
    expect(sharesOf({ stop: { trials: 8 } }).ofTrial({})).toBeNull()
    expect(sharesOf({ objective: { command: ['a'] }, folds: 1 }).ofTrial({})).toBeNull()
    const data = { file: 'a.csv', target: 'y' }
    const hypergradients = { task: 'tabular', data, hypergradients: { tune: ['l2'] } }
    expect(sharesOf({ objective: hypergradients, folds: 1 }).ofTrial({})).toBeNull()
    const pruner = { name: 'promotion', maxResource: 9 }
    expect(sharesOf({ folds: 1, pruner }).ofTrial({})).toBeNull()
  })

  it('give a trial of some folds the value that it would have with all of them', () => {
    const shares = sharesOf()
    expect(shares.valuesOfPart([[1], [3]])).toEqual([2])
    // The last fold is harder by 3 and by 6 than the mean of the others.
    shares.ended(0, { state: 'complete', replicates: [[1], [1], [4]] })
    shares.ended(1, { state: 'complete', replicates: [[2], [4], [9]] })
    // Neither says how hard that is.
    shares.ended(2, { state: 'complete', replicates: [[100]] })
    shares.ended(3, { state: 'pruned', replicates: [[1], [1], [100]] })
    expect(shares.valuesOfPart([[1], [3]])).toEqual([(1 + 3 + 2 + (3 + 6) / 2) / 3])
  })

  it('ask the trials that are most alike, as far as these have come', () => {
    const shares = sharesOf({ folds: 4 })
    // Models that are bad differ more from fold to fold.
    for (let number = 0; number < 5; number++)
      shares.ended(number, { state: 'complete', replicates: [[10], [14], [18], [6]] })
    for (let number = 5; number < 10; number++)
      shares.ended(number, { state: 'complete', replicates: [[1], [2], [3]] })
    // Of the fourth only the bad ones tell.
    expect(shares.valuesOfPart([[1]])).toEqual([(1 + 2 + 3 - 3) / 4])
  })
})
