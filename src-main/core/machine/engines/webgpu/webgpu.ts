import { defineEngine } from '../engine-definition.ts'

/** A GPU behind WebGPU. */
export const webgpu = defineEngine({
  name: 'webgpu',
  title: 'WebGPU',
  trains: 'networks',
  hidesGpu: true,
})
