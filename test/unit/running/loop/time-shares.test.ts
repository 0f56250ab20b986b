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
    // The last fold is harder by 3 than the mean of the others, for trials that are as good, and what is not told counts like one more.
    for (let number = 0; number < 3; number++)
      shares.ended(number, { state: 'complete', replicates: [[2], [2], [5]] })
    // Neither says how hard that is.
    shares.ended(3, { state: 'complete', replicates: [[100]] })
    shares.ended(4, { state: 'pruned', replicates: [[1], [1], [100]] })
    expect(shares.valuesOfPart([[1], [3]])).toEqual([(1 + 3 + 2 + (3 * 3 + 0) / 4) / 3])
  })

  it('weigh what a trial says by how near it is, in deviations between its trainings', () => {
    const shares = sharesOf({ folds: 2 })
    // Deviation 2, so that a distance of 4 counts half.
    shares.ended(0, { state: 'complete', replicates: [[10], [14]] })
    shares.ended(1, { state: 'complete', replicates: [[14], [18]] })
    const [value] = shares.valuesOfPart([[10]])
    expect(value).toBeCloseTo((10 + 10 + (1.5 * 4) / 2.5) / 2, 12)
  })

  it('do not let poor models say how folds differ for a good one', () => {
    const shares = sharesOf({ folds: 5 })
    // As measured on a table of 10,000 rows: linear models, and a boosted one of which two folds are done.
    for (const [number, replicates] of [
      [[1.9908], [1.9294], [1.9261], [1.8773], [1.8853]],
      [[2.0018], [1.9403], [1.9319], [1.8932], [1.9023]],
      [[2.2739], [2.1822], [2.1569], [2.1172], [2.1084]],
      [[0.5898], [0.6134]],
    ].entries())
      shares.ended(number, { state: 'complete', replicates })
    const [better] = shares.valuesOfPart([[0.5898], [0.6134]])
    const [worse] = shares.valuesOfPart([[0.6521]])
    expect(better).toBeGreaterThan(0.595)
    expect(worse).toBeGreaterThan(0.64)
  })
})
