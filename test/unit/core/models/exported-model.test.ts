import { expect, it } from 'vitest'
import { layerKinds } from '../../../../src-main/core/models/exported-model.ts'
import type { LayerDefinition } from '../../../../src-main/training/models/network-definition.ts'

/** The type checker holds this list complete. */
const kinds: Readonly<Record<LayerDefinition['kind'], true>> = {
  activation: true,
  attention: true,
  batchNormalization: true,
  categoryEmbedding: true,
  convolution: true,
  dense: true,
  dropout: true,
  embedding: true,
  flatten: true,
  layerNormalization: true,
  pool: true,
  positions: true,
  recurrent: true,
  residual: true,
  separableConvolution: true,
  stepMean: true,
  reshape: true,
}

it('a written model may have every kind of layer that a network has', () => {
  expect([...layerKinds].sort()).toEqual(Object.keys(kinds).sort())
})
