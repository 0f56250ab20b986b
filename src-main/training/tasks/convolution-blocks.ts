import type { LayerDefinition, Size } from '../models/network-definition.ts'
import type { convolutionHyperparameters } from './convolution-hyperparameters.ts'
import { activated, skipped, type DenseSettings } from './dense-layers.ts'
import type { HyperparameterValues } from './hyperparameter.ts'

export type ConvolutionSettings = HyperparameterValues<typeof convolutionHyperparameters> &
  Pick<DenseSettings, 'activation' | 'batchNormalization' | 'residual'>

const POOL_SIZE = 2
/**
 * A separable convolution can tell no more things apart than it has channels, so that over raw pixels a plain one does the
 * work, as in Xception and MobileNet.
 */
const MIN_SEPARABLE = 4

/**
 * Blocks of [convolution, normalization, activation, pool] and what follows them: flat outputs.
 * @param shape height, width, channels; a sequence has height 1, and filters and pools along its width only
 */
export function convolutionBlocks(
  values: ConvolutionSettings,
  shape: readonly [number, number, number],
): LayerDefinition[] {
  const isSequence = shape[0] === 1
  const along = (side: number): Size => (isSequence ? [1, side] : side)
  const filtersByBlock = [
    values.filters1,
    values.filters2,
    values.filters3,
    values.filters4,
    values.filters5,
    values.filters6,
  ]
  const filtersOf = (block: number) => filtersByBlock[block] ?? values.filters * 2 ** block
  const convolution = (block: number, channels: number): LayerDefinition => ({
    kind:
      values.convolutionKind === 'separable' && channels >= MIN_SEPARABLE
        ? 'separableConvolution'
        : 'convolution',
    filters: filtersOf(block),
    kernelSize: along(values.kernelSize),
    stride: 1,
    padding: 'same',
  })
  const blocks = Array.from({ length: values.convolutionBlocks }, (_, block): LayerDefinition[] => [
    convolution(block, block === 0 ? shape[2] : filtersOf(block - 1)),
    ...activated(values),
    ...(values.residual
      ? skipped(true, [convolution(block, filtersOf(block)), ...activated(values)])
      : []),
    ...(values.pooling === 'none'
      ? []
      : [{ kind: 'pool' as const, pooling: values.pooling, size: along(POOL_SIZE) }]),
  ])
  return [...blocks.flat(), ...globalPool(values, shape), { kind: 'flatten' }]
}

function globalPool(
  { globalPooling, pooling, convolutionBlocks: blocks }: ConvolutionSettings,
  [height, width]: readonly [number, number, number],
): LayerDefinition[] {
  if (globalPooling === 'none') return []
  const halvings = pooling === 'none' ? 0 : blocks
  // At least 1, so that an image which is too small is refused by the block that cannot halve it.
  const pooledLength = (length: number) => Math.max(1, Math.floor(length / POOL_SIZE ** halvings))
  return [
    {
      kind: 'pool',
      pooling: globalPooling,
      size: [height === 1 ? 1 : pooledLength(height), pooledLength(width)],
    },
  ]
}
