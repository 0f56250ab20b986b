import {
  enginesFolder,
  installedTensorflow,
} from '../../src-main/engines/tensorflow/pack-location.ts'

/**
 * Whether there is a TensorFlow to test with. Tests look only where TUNEWRIGHT_ENGINES points
 * (vitest.config.ts), never at what the user of this machine has installed.
 */
export const hasTensorflow = installedTensorflow(enginesFolder()) !== null

if (!hasTensorflow) {
  console.warn(
    `Skipped: no TensorFlow in ${enginesFolder()}; install one with TUNEWRIGHT_ENGINES=FOLDER tunewright engine install tensorflow`,
  )
}
