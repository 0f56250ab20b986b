import { describe, expect, it } from 'vitest'
import { encodeConfiguration } from '../../../../../src-main/engines/tensorflow/library/context-configuration.ts'

function hex(configuration: Parameters<typeof encodeConfiguration>[0]): string {
  return Buffer.from(encodeConfiguration(configuration)).toString('hex')
}

// Expected bytes are those of `ConfigProto(…).SerializeToString(deterministic=True)` with the Python classes of TensorFlow 2.21.
describe('encodeConfiguration', () => {
  it('sets the threads and lets GPU memory grow', () => {
    expect(hex({ threads: 1, gpuMemoryMegabytes: null, useGpu: true })).toBe(
      '10012801320220018201024801',
    )
    expect(hex({ threads: 300, gpuMemoryMegabytes: null, useGpu: true })).toBe(
      '10ac022801320220018201024801',
    )
  })

  it('limits the memory of a GPU', () => {
    // gpu_options { allow_growth: true experimental { virtual_devices { memory_limit_mb: 2048 } } }
    expect(hex({ threads: 1, gpuMemoryMegabytes: 2048, useGpu: true })).toBe(
      '10012801320c20014a080a060a04000000458201024801',
    )
  })

  it('hides every GPU', () => {
    expect(hex({ threads: 1, gpuMemoryMegabytes: null, useGpu: false })).toBe(
      '0a070a034750551000100128018201024801',
    )
  })
})
