import { formatMetric } from '../../../core/i18n/format-number.ts'
import { metricLabel } from '../../../core/i18n/metric-label.ts'
import type { Translate } from '../../../core/i18n/translate.ts'
import type { TrialComparison } from '../../../core/questions/verification.ts'

/**
 * Where a training first differs from its record, in words; null where it never does.
 * @param objective of the study: it decides what its metrics are called
 */
export function firstDifference(
  first: TrialComparison['first'],
  objective: Parameters<typeof metricLabel>[1],
  t: Translate,
): string | null {
  if (first === null) return null
  const { metric, step, before, now } = first
  return `${metricLabel(metric, objective, t)} @ ${step}: ${formatMetric(before)} → ${formatMetric(now)}`
}
