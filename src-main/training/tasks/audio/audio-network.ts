import type { LayerDefinition, NetworkDefinition } from '../../models/network-definition.ts'
import { convolutionBlocks } from '../convolution-blocks.ts'
import { denseLayers } from '../dense-layers.ts'
import { recurrentLayers } from '../recurrent-layers.ts'
import type { AudioHyperparameters } from './hyperparameters.ts'

/**
 * The network of a trial over frames × width features: blocks of convolutions over both or over the
 * frames alone, or recurrent cells over the frames; then dense layers.
 */
export function audioNetwork(
  values: AudioHyperparameters,
  frames: number,
  width: number,
  classes: number,
): NetworkDefinition {
  return {
    inputShape: [frames, width],
    layers: [...frontLayers(values, frames, width), ...denseLayers(values, false, classes)],
  }
}

function frontLayers(
  values: AudioHyperparameters,
  frames: number,
  width: number,
): LayerDefinition[] {
  switch (values.model) {
    case 'cnn2d': {
      const shape = [frames, width, 1] as const
      return [{ kind: 'reshape', shape }, ...convolutionBlocks(values, shape)]
    }
    case 'cnn1d': {
      const shape = [1, frames, width] as const
      return [{ kind: 'reshape', shape }, ...convolutionBlocks(values, shape)]
    }
    default:
      return recurrentLayers(values, values.model)
  }
}
