import { byName } from '../core/values/named-values.ts'
import { cpuEngine } from './cpu/cpu.ts'
import type { EngineDefinition } from './engine-definition.ts'
import { tensorflowEngine } from './tensorflow/tensorflow.ts'
import { wasmEngine } from './wasm/wasm.ts'
import { webgpuEngine } from './webgpu/webgpu.ts'

/** Every tensor backend by name; which is better is the order of `engineNames`. */
export const engines = byName<EngineDefinition>([
  tensorflowEngine,
  webgpuEngine,
  wasmEngine,
  cpuEngine,
])
