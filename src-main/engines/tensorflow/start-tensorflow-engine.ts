import path from 'node:path'
import process from 'node:process'
import * as tf from '@tensorflow/tfjs-core'
import koffi from 'koffi'
import { AppError, reasonOf } from '../../core/errors/errors.ts'
import type { Engine } from '../../training/compiled/compiled-function.ts'
import { activateBackend } from '../activate-backend.ts'
import { backendName } from './kernels/kernel-backend.ts'
import { createTensorflowKernels, type TensorflowKernels } from './kernels/tensorflow-kernels.ts'
import { loadLibrary } from './library/load-library.ts'
import { openSession } from './session.ts'
import { createTensorflowEngine } from './tensorflow-engine.ts'

export interface TensorflowOptions {
  /** Where the two libraries lie. */
  readonly folder: string
  /** Threads inside one operation. One, because trials run side by side in processes of their own. */
  readonly threads?: number
  /** Megabytes of each GPU that this process may take; without it, memory grows as needed. */
  readonly gpuMemoryMegabytes?: number
}

let started: { readonly kernels: TensorflowKernels; readonly threads: number } | null = null

/**
 * TensorFlow from a wheel of its own project, driven through its C interface; no Python, no compiler.
 * A process has one TensorFlow for its whole life: a second start takes up the first one.
 * @throws AppError `engine.unavailable`
 */
export async function startTensorflowEngine(options: TensorflowOptions): Promise<Engine> {
  const { folder, threads = 1, gpuMemoryMegabytes = null } = options
  const functions = loadLibrary(folder)
  try {
    if (started === null) {
      const session = openSession(functions, { threads, gpuMemoryMegabytes, useGpu: true })
      started = { kernels: createTensorflowKernels(session), threads }
    }
    await tf.setBackend(backendName)
    activateBackend(backendName)
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError(
      'engine.unavailable',
      { engine: 'tensorflow', reason: reasonOf(error) },
      error,
    )
  }
  const { kernels } = started
  const { version, gpus } = kernels.session
  const gpuNames = gpus.map(name => path.posix.basename(name))
  const info = {
    name: 'tensorflow' as const,
    device: [...gpuNames, 'CPU', ...(hasOneDnn() ? ['oneDNN'] : [])].join(', '),
    threads: started.threads,
    versions: {
      tensorflow: version,
      '@tensorflow/tfjs-core': tf.version_core,
      koffi: koffi.version,
    },
  }
  return createTensorflowEngine(info, kernels)
}

/** oneDNN's kernels round differently from TensorFlow's own, so results name them. */
function hasOneDnn(): boolean {
  return process.env['TF_ENABLE_ONEDNN_OPTS'] !== '0'
}
