import * as tf from '@tensorflow/tfjs-core'
import type { DataId, KernelConfig, KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import type { Obstacle } from '../../function-recorder.ts'
import { watchRandomness } from '../../watch-randomness.ts'
import type { WasmBackend } from '../wasm-backend.ts'

/** A kernel call as TensorFlow.js makes it. */
export interface KernelUse {
  readonly name: string
  readonly kernelFunc: KernelFunc
  readonly inputs: Readonly<Record<string, TensorInfo | null | undefined>>
  readonly attrs: unknown
  readonly outputs: readonly TensorInfo[]
}

/** Hears of everything on the backend while a function runs, but of no calls of kernels inside kernels. */
export interface KernelWatcher {
  called(use: KernelUse): void
  /** A tensor made from numbers of JavaScript. */
  written(dataId: DataId): void
  /** Something that makes the next call of the function differ from this one. */
  refused(reason: Obstacle): void
}

/** Runs `fn` and tells the watcher of everything that it does on the wasm backend; synchronous. */
export function watchKernels<Result>(
  backend: WasmBackend,
  watcher: KernelWatcher,
  fn: () => Result,
): Result {
  let depth = 0
  const configurations = tf.getKernelsForBackend('wasm')
  const originals = configurations.map(({ kernelFunc }) => kernelFunc)
  configurations.forEach((configuration, index) => {
    configuration.kernelFunc = watched(configuration, originals[index] as KernelFunc)
  })

  function watched({ kernelName: name }: KernelConfig, kernelFunc: KernelFunc): KernelFunc {
    return call => {
      if (depth > 0) return kernelFunc(call)
      depth++
      try {
        const result = kernelFunc(call)
        const outputs = Array.isArray(result) ? result : [result]
        const { inputs, attrs } = call as unknown as Pick<KernelUse, 'inputs' | 'attrs'>
        watcher.called({ name, kernelFunc, inputs, attrs, outputs })
        return result
      } finally {
        depth--
      }
    }
  }

  const write = backend.write.bind(backend)
  const readSync = backend.readSync.bind(backend)
  backend.write = (...values) => {
    const dataId = write(...values)
    if (depth === 0) watcher.written(dataId)
    return dataId
  }
  backend.readSync = dataId => {
    if (depth === 0) watcher.refused('readsValue')
    return readSync(dataId)
  }
  try {
    return watchRandomness(() => watcher.refused('drawsNumbers'), fn)
  } finally {
    // Own properties again give way to the methods of the class.
    delete (backend as Partial<WasmBackend>).write
    delete (backend as Partial<WasmBackend>).readSync
    configurations.forEach((configuration, index) => {
      configuration.kernelFunc = originals[index] as KernelFunc
    })
  }
}
