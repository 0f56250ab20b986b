import { msg } from '../core/errors/message.ts'
import * as tf from '@tensorflow/tfjs-core'
import { AppError } from '../core/errors/errors.ts'

/**
 * Makes a started backend the current one. TensorFlow.js has one current backend per process; an
 * engine names its own before every run so that two engines can live side by side (tests do this).
 * @throws AppError `engine.unavailable` if the backend is not the current one afterwards
 */
export function activateBackend(name: string): void {
  if (tf.getBackend() === name) return
  // Resolves at once for a backend that has been started: the switch itself is synchronous.
  void tf.setBackend(name)
  if (tf.getBackend() !== name) {
    throw new AppError('engine.unavailable', {
      engine: name,
      reason: msg('failure.otherBackend', { backend: tf.getBackend() }),
    })
  }
}
