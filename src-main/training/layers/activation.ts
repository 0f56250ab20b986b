import type { Activation } from '../models/network-definition.ts'
import { activate, activateForTraining } from '../ops/activations.ts'
import type { Layer } from './layer.ts'

/** Applies a function to every value. */
export function createActivation(activation: Activation, inputShape: readonly number[]): Layer {
  return {
    kind: 'activation',
    outputShape: inputShape,
    variables: [],
    infer: x => activate(activation, x),
    train(x) {
      const { outputs, backward } = activateForTraining(activation, x)
      return {
        outputs,
        backward: (gradient, wantInputs) => ({
          inputs: wantInputs ? backward(gradient) : null,
          variables: [],
        }),
      }
    },
  }
}
