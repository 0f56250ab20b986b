import type { TrialOrigin } from '../contract/checkpoint.ts'
import type { MetricColumns } from '../contract/trainer-protocol.ts'
import type { StudyReader } from '../storage/study-store.ts'

/**
 * Everything that a trial has reported when an attempt begins: its own metrics up to `keptStep`, and, where it continues
 * another trial, that one's up to the checkpoint, and so on. A fork has other parameters and inherits none.
 */
export function inheritedMetrics(
  store: StudyReader,
  studyId: number,
  trial: { readonly number: number; readonly origin?: TrialOrigin },
  keptStep: number,
): MetricColumns[] {
  const columns: MetricColumns[] = []
  let { number, origin } = trial
  let step = keptStep
  for (;;) {
    if (step > 0) columns.unshift(...columnsUpTo(store, studyId, number, step))
    if (origin?.mode !== 'continue') return columns
    number = origin.trial
    step = origin.step
    origin = store.trial(studyId, number).origin
  }
}

function columnsUpTo(
  store: StudyReader,
  studyId: number,
  number: number,
  lastStep: number,
): MetricColumns[] {
  return Object.entries(store.trial(studyId, number).metrics).map(([name, { steps, values }]) => {
    const count = steps.filter(step => step <= lastStep).length
    return {
      names: [name],
      steps: Int32Array.from(steps.slice(0, count)),
      values: Float64Array.from(values.slice(0, count)),
    }
  })
}
