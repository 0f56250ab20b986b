import type { LayerDefinition } from '../models/network-definition.ts'
import type { HyperparameterValues } from './hyperparameter.ts'

/** Hyperparameters of the recurrent cells before the dense layers. */
export const recurrentHyperparameters = {
  recurrentLayers: { kind: 'int', low: 1, high: 4, default: 1 },
  recurrentUnits: { kind: 'int', low: 1, high: 1024, default: 64 },
  bidirectional: { kind: 'boolean', default: false },
} as const

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
