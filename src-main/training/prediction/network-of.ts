import { msg } from '../../core/errors/message.ts'
import { AppError } from '../../core/errors/errors.ts'
import type { ExportedModel } from '../../core/models/exported-model.ts'
import type { LayerDefinition, NetworkDefinition } from '../models/network-definition.ts'

/** @throws AppError `training.invalid` for a model of trees */
export function networkOf({ network, trees }: ExportedModel): NetworkDefinition {
  if (network === undefined) {
    const rule = msg('rule.oneOf', { values: ['network', 'linear'] })
    throw new AppError('training.invalid', { field: 'family', value: trees?.family ?? null, rule })
  }
  return {
    inputShape: network.inputShape,
    layers: network.layers as unknown as readonly LayerDefinition[],
  }
}
