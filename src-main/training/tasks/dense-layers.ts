import type { Activation, LayerDefinition } from '../models/network-definition.ts'
import { MAX_LAYERS } from './training-hyperparameters.ts'

/** The values of `denseHyperparameters` that shape layers; `units1` … may be null. */
export interface DenseSettings {
  readonly layers: number
  readonly units: number
  readonly activation: Activation
  readonly dropout: number
  readonly batchNormalization: boolean
  readonly residual: boolean
}

type LayerWidths = Readonly<Record<`units${number}`, number | null>>

/**
 * Hidden dense layers and the output layer.
 * @param rawInputs the first dense layer sees the data themselves: no dropout before it
 */
export function denseLayers(
  settings: DenseSettings & LayerWidths,
  rawInputs: boolean,
  outputs: number,
): LayerDefinition[] {
  const widths = Array.from({ length: Math.min(settings.layers, MAX_LAYERS) }, (_, index) => {
    const layerUnits: number | null | undefined = settings[`units${index + 1}`]
    return layerUnits ?? settings.units
  })
  const dropout = (first: boolean): LayerDefinition[] =>
    settings.dropout > 0 && !(first && rawInputs)
      ? [{ kind: 'dropout', rate: settings.dropout }]
      : []
  return [
    ...widths.flatMap((units, index) => [
      ...dropout(index === 0),
      ...skipped(settings.residual && units === widths[index - 1], [
        { kind: 'dense', units },
        ...activated(settings),
      ]),
    ]),
    ...dropout(widths.length === 0),
    { kind: 'dense', units: outputs },
  ]
}

/** The layers, within a residual block or as they are. */
export function skipped(
  isResidual: boolean,
  layers: readonly LayerDefinition[],
): LayerDefinition[] {
  return isResidual ? [{ kind: 'residual', layers }] : [...layers]
}

/** Normalization and activation behind every hidden layer and every convolution. */
export function activated(
  settings: Pick<DenseSettings, 'activation' | 'batchNormalization'>,
): LayerDefinition[] {
  return [
    ...(settings.batchNormalization ? [{ kind: 'batchNormalization' as const }] : []),
    ...(settings.activation === 'linear'
      ? []
      : [{ kind: 'activation' as const, activation: settings.activation }]),
  ]
}
