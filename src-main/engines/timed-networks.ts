import type { LayerDefinition, NetworkDefinition } from '../training/models/network-definition.ts'

/** Layers and networks by which engines are timed, here and in benchmarks. */

export const TIMED_INPUTS = 784
export const TIMED_CLASSES = 10

export const relu: LayerDefinition = { kind: 'activation', activation: 'relu' }
export const pool: LayerDefinition = { kind: 'pool', pooling: 'max', size: 2 }

export function dense(units: number): LayerDefinition {
  return { kind: 'dense', units }
}

export function convolution(filters: number): LayerDefinition {
  return { kind: 'convolution', filters, kernelSize: 3, stride: 1, padding: 'same' }
}

/** Of pictures of 28 × 28 in ten classes. */
export const timedNetworks: Readonly<Record<'mlp' | 'cnn', NetworkDefinition>> = {
  mlp: { inputShape: [TIMED_INPUTS], layers: [dense(128), relu, dense(TIMED_CLASSES)] },
  cnn: {
    inputShape: [28, 28, 1],
    layers: [
      convolution(16),
      relu,
      pool,
      convolution(32),
      relu,
      pool,
      { kind: 'flatten' },
      dense(64),
      relu,
      dense(TIMED_CLASSES),
    ],
  },
}
