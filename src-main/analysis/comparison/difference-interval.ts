import type { DifferenceInterval } from '../../core/study/difference-interval.ts'
import type { TrainingRecord } from '../../core/trial/trial.ts'
import { studentQuantile } from '../../math/distributions/student.ts'
import { mean } from '../../math/numbers.ts'
import { sampleDeviation } from '../summary/replicates.ts'

const LEVEL = 0.95

type Trainings = readonly Pick<TrainingRecord, 'number' | 'values'>[]

/**
 * The 95 % interval of the mean difference of a goal between two trials over the trainings that both have (the same fold, instance
 * or seed), as a corrected paired t-test gives it: trainings share rows, so their differences are alike, and the variance of their
 * mean is larger than that of independent ones by 1 / (n − 1), the test rows of a fold over its training rows. Of a part of the folds, or of
 * trainings with other seeds on the same rows, this is more than needed: the interval is too wide rather than too narrow.
 * C. Nadeau, Y. Bengio: Inference for the generalization error. Machine Learning 52, 2003, 239–281.
 * @param second the trainings of the other trial, or a value that no trial has reached
 * @param goal its position
 * @returns null with fewer than two trainings to compare: there is no interval
 */
export function differenceInterval(
  first: Trainings | undefined,
  second: Trainings | number | undefined,
  goal = 0,
): DifferenceInterval | null {
  const differences = (first ?? []).flatMap(({ number, values }) => {
    const other =
      typeof second === 'number'
        ? second
        : second?.find(training => training.number === number)?.values[goal]
    const difference = (values[goal] ?? Number.NaN) - (other ?? Number.NaN)
    return Number.isFinite(difference) ? [difference] : []
  })
  const count = differences.length
  if (count < 2) return null
  const center = mean(differences)
  const error = sampleDeviation(differences) * Math.sqrt(1 / count + 1 / (count - 1))
  const reach = studentQuantile((1 + LEVEL) / 2, count - 1) * error
  return { low: center - reach, high: center + reach, trainings: count }
}
