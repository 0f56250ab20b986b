import { defineEngine } from '../engine-definition.ts'

/** WebAssembly on the processor. */
export const wasm = defineEngine({
  name: 'wasm',
  title: 'WebAssembly',
  trains: 'networks',
  isPortable: true,
})
