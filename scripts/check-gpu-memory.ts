import process from 'node:process'
import * as tf from '@tensorflow/tfjs-core'
import { isAppError } from '../src-main/core/errors/errors.ts'
import { enginesFolder, installedTensorflow } from '../src-main/engines/tensorflow/pack-location.ts'
import { startTensorflowEngine } from '../src-main/engines/tensorflow/start-tensorflow-engine.ts'

/**
 * A TensorFlow that may take 1,000 MB of a GPU: what fits runs, what does not fails as exhausted memory, and what fits
 * runs again afterwards. Called by check-gpu.ts.
 */
const limitMegabytes = 1_000
const folder = installedTensorflow(enginesFolder())
if (folder === null) throw new Error('no TensorFlow is installed')
const engine = await startTensorflowEngine({ folder, gpuMemoryMegabytes: limitMegabytes })
console.log(engine.info.device)

/** Fills some megabytes with numbers that depend on what is fed, so that nothing is folded away. */
async function fill(megabytes: number): Promise<void> {
  const state = engine.createState([])
  const program = engine.compile(
    `fill ${megabytes}`,
    (_, [x]) => {
      const row = tf.tile(tf.reshape(x!, [1, 1]), [megabytes, 2 ** 18])
      return { state: [], outputs: [tf.sum(tf.matMul(row, tf.transpose(row)))] }
    },
    [{ shape: [1], dtype: 'float32' }],
    state,
  )
  try {
    await program.run([Float32Array.of(1)])
  } finally {
    program.dispose()
    state.dispose()
  }
}

await fill(100)
const failure = await fill(2 * limitMegabytes).then(
  () => null,
  (error: unknown) => error,
)
await fill(100)
const isRight = isAppError(failure, 'training.memory')
console.log(
  isRight ? 'exhausted memory is training.memory' : `not training.memory: ${String(failure)}`,
)
process.exit(isRight ? 0 : 1)
