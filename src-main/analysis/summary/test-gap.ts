import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import { formatMetric } from '../../core/i18n/format-number.ts'
import type { TestMetric } from '../../core/study/test-metric.ts'
import type { RepeatedTrainings } from '../../core/study/trainings.ts'
import type { TrialRecord } from '../../core/trial/trial.ts'
import { studentQuantile } from '../../math/distributions/student.ts'
import { mean } from '../../math/numbers.ts'
import { sampleDeviation } from './replicates.ts'

const LEVEL = 0.95

/**
 * Where one more model would be expected by the trainings of a trial: the 95 % prediction interval of a single value of a normal
 * distribution, mean ± t · s · √(1 + 1/n). G. J. Hahn: Factors for calculating two-sided prediction intervals for samples from a normal
 * distribution. Journal of the American Statistical Association 64, 1969, 878–888.
 * @param values of a goal, one for each training
 * @returns null for fewer than two
 */
export function expectedRange(
  values: readonly number[],
): { readonly low: number; readonly high: number } | null {
  const count = values.length
  if (count < 2) return null
  const error = sampleDeviation(values) * Math.sqrt(1 + 1 / count)
  const reach = studentQuantile((1 + LEVEL) / 2, count - 1) * error
  const center = mean(values)
  return { low: center - reach, high: center + reach }
}

/**
 * Says that a test value lies outside of what the trainings of its trial let expect.
 * @param goal its position
 * @returns null where it does not, and where a configuration is trained once
 */
export function testGapMessage(
  repeats: RepeatedTrainings | null,
  trainings: TrialRecord['trainings'],
  test: TestMetric | null,
  goal = 0,
): MessageDescriptor | null {
  if (repeats === null || test === null) return null
  const values = (trainings ?? []).flatMap(training => training.values[goal] ?? [])
  const range = expectedRange(values)
  if (range === null || !(test.value < range.low || test.value > range.high)) return null
  return msg('testGap.outside', {
    metric: test.metric,
    value: formatMetric(test.value),
    low: formatMetric(range.low),
    high: formatMetric(range.high),
    by: repeats.by,
    count: values.length,
  })
}

/** Which model of a trial is tested, and predicts, where its configuration is trained several times: `model of fold 1`. */
export function testedModelMessage(repeats: RepeatedTrainings | null): MessageDescriptor | null {
  return repeats === null ? null : msg('trainings.testModel', { by: repeats.by })
}
