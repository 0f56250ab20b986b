import type { NetworkDefinition } from '../../models/network-definition.ts'
import { convolutionBlocks } from '../convolution-blocks.ts'
import { denseLayers } from '../dense-layers.ts'
import type { ImageHyperparameters } from './hyperparameters.ts'

/**
 * The network of a trial.
 * mlp: flatten, dense layers. cnn: blocks of [convolution, normalization, activation, pool], flatten, dense layers.
 * @param imageShape height, width, channels
 */
export function imageNetwork(
  values: ImageHyperparameters,
  imageShape: readonly [number, number, number],
  classes: number,
): NetworkDefinition {
  const isFlat = values.model === 'mlp'
  return {
    inputShape: imageShape,
    layers: [
      ...(isFlat ? [{ kind: 'flatten' as const }] : convolutionBlocks(values, imageShape)),
      ...denseLayers(values, isFlat, classes),
    ],
  }
}
