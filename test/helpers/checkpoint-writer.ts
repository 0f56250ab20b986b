import path from 'node:path'
import process from 'node:process'
import { writeCheckpointFile } from '../../src-main/trainer/models/checkpoint-file.ts'

/**
 * Writes checkpoints over and over, each under two names that take turns, until it is killed. Arguments: a folder.
 * All values of checkpoint n are n, so that a mixture of two would show.
 */
const folder = process.argv[2] ?? ''
const values = 1_000_000

process.send?.('ready')
for (let number = 1; ; number++) {
  const data = new Float32Array(values).fill(number)
  await writeCheckpointFile(path.join(folder, `${number % 2}.safetensors`), {
    progress: { number },
    tensors: [{ name: 'state/w', shape: [values], data }],
  })
  process.send?.(number)
}
