import { msg } from '../../core/errors/message.ts'
import { createRequire } from 'node:module'
import { dirname, sep } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { setWasmPaths, version_wasm as wasmVersion } from '@tensorflow/tfjs-backend-wasm'
import { AppError, reasonOf } from '../../core/errors/errors.ts'
import type { Engine } from '../../training/compiled/compiled-function.ts'
import { createEagerEngine } from '../eager-engine.ts'
import type { WasmBackend } from './wasm-backend.ts'
import { createWasmRecorder } from './replay/wasm-recorder.ts'
import { registerWasmKernels } from './register-wasm-kernels.ts'

export interface WasmOptions {
  /** False: compiled functions run operation by operation, as the oracle of those that are replayed. */
  readonly replays?: boolean
}

/**
 * WebAssembly with our own kernels; one thread, so several trials run side by side on several cores.
 * @throws AppError `engine.unavailable`
 */
export async function startWasmEngine({ replays = true }: WasmOptions = {}): Promise<Engine> {
  try {
    const library = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')
    // The trailing separator matters: file names are appended as they are.
    setWasmPaths(dirname(library) + sep)
    await withoutNewProcessListeners(async () => {
      await tf.setBackend('wasm')
      await tf.ready()
    })
  } catch (error) {
    throw new AppError('engine.unavailable', { engine: 'wasm', reason: reasonOf(error) }, error)
  }
  if (tf.getBackend() !== 'wasm') {
    // A backend that fails to start is replaced without an error.
    const reason = msg('failure.otherBackend', { backend: tf.getBackend() })
    throw new AppError('engine.unavailable', { engine: 'wasm', reason })
  }
  registerWasmKernels()
  const backend = tf.backend() as unknown as WasmBackend
  guardAllocation(backend)
  const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')
  const info = {
    name: 'wasm' as const,
    device: simd === true ? 'WebAssembly SIMD' : 'WebAssembly',
    threads: 1,
    versions: {
      '@tensorflow/tfjs-core': tf.version_core,
      '@tensorflow/tfjs-backend-wasm': wasmVersion,
    },
  }
  // `Aborted` is the native side's own way to run out of memory; every kernel fails after it.
  const isMemoryFailure = (error: unknown) => /Aborted\(|out of memory/i.test(String(error))
  const options = replays ? { recorder: createWasmRecorder(backend) } : {}
  return createEagerEngine(info, isMemoryFailure, options)
}

/** A 32-bit address space; the heap cannot grow beyond it. */
const ADDRESS_SPACE_BYTES = 2 ** 32

/**
 * The backend takes the address 0 of a failed allocation for a good one and then writes over its own
 * memory; an allocation that fails must throw instead.
 */
function guardAllocation({ wasm }: WasmBackend): void {
  if (guarded.has(wasm)) return
  guarded.add(wasm)
  // The first call replaces the function by the final one, and would replace ours as well.
  wasm._free(wasm._malloc(1))
  const allocate = wasm._malloc
  wasm._malloc = bytes => {
    // Beyond 32 bits the size would wrap around to a small one.
    const address = bytes < ADDRESS_SPACE_BYTES ? allocate(bytes) : 0
    if (address === 0 && bytes > 0) throw new Error(`out of memory: no room for ${bytes} bytes`)
    return address
  }
}

const guarded = new WeakSet<object>()

/**
 * The wasm loader installs handlers that rethrow every uncaught error of the process; what to do with
 * such errors is the host's decision, so they are taken away again.
 */
async function withoutNewProcessListeners(start: () => Promise<void>): Promise<void> {
  const events = ['uncaughtException', 'unhandledRejection'] as const
  const before = events.map(event => new Set(process.listeners(event as 'exit')))
  try {
    await start()
  } finally {
    events.forEach((event, index) => {
      for (const listener of process.listeners(event as 'exit')) {
        if (!before[index]?.has(listener)) process.removeListener(event, listener)
      }
    })
  }
}
