import { confusionMatrix } from '../metrics/confusion.ts'
import type { ObjectiveResult, RowTruth } from '../objectives/objective-host.ts'

export type ValidationOutcome = Pick<ObjectiveResult, 'predictions' | 'confusion'>

/** Things that a training leaves of its best step beside the weights. */
export function validationOutcome(
  { truth }: { readonly truth?: RowTruth },
  outputs: Float32Array,
): ValidationOutcome {
  if (truth === undefined) return {}
  const { targets } = truth
  const predictions = { ...truth, outputs }
  if (targets instanceof Float32Array) return { predictions }
  const classes = outputs.length / targets.length
  return { predictions, confusion: confusionMatrix(outputs, targets, classes) }
}
