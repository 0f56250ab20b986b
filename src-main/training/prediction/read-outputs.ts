import { msg } from '../../core/errors/message.ts'
import { AppError } from '../../core/errors/errors.ts'
import type { ExportedModel, Prediction } from '../../core/models/exported-model.ts'
import { softmaxRows } from './softmax-rows.ts'

/**
 * Raw outputs as people read them: the class with its probabilities, or the number in its own units.
 * @param names one per row
 * @param outputs rows × outputs
 * @throws AppError `training.invalid` if the network has another number of outputs
 */
export function readOutputs(
  model: ExportedModel,
  names: readonly string[],
  outputs: Float32Array,
): Prediction[] {
  const described = model.outputs
  const width = described.kind === 'classes' ? described.names.length : 1
  if (outputs.length !== names.length * width) {
    throw new AppError('training.invalid', {
      field: 'outputs',
      value: outputs.length / Math.max(1, names.length),
      rule: msg('rule.equal', { value: width }),
    })
  }
  const all = described.kind === 'value' ? null : softmaxRows(outputs, width)
  return names.map((name, row) => {
    if (described.kind === 'value' || all === null) {
      const { mean, deviation } = described as Extract<typeof described, { kind: 'value' }>
      return {
        name,
        prediction: (outputs[row] as number) * deviation + mean,
        probabilities: null,
      }
    }
    const probabilities = Array.from(all.subarray(row * width, (row + 1) * width))
    const best = probabilities.indexOf(Math.max(...probabilities))
    return { name, prediction: described.names[best] ?? '', probabilities }
  })
}
