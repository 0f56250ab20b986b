import type { LayerDefinition } from '../models/network-definition.ts'
import type { HyperparameterValues } from './hyperparameter.ts'
import type { recurrentHyperparameters } from './recurrent-hyperparameters.ts'

/** Recurrent layers over [steps, features]; the last gives its last hidden state. */
export function recurrentLayers(
  values: HyperparameterValues<typeof recurrentHyperparameters>,
  cell: 'lstm' | 'gru',
): LayerDefinition[] {
  const { recurrentLayers: count, recurrentUnits: units, bidirectional } = values
  return Array.from({ length: count }, (_, index) => ({
    kind: 'recurrent' as const,
    cell,
    units,
    bidirectional,
    outputs: index === count - 1 ? ('last' as const) : ('all' as const),
  }))
}
