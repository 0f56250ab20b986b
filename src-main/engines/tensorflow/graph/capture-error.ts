import type { Obstacle } from '../../function-recorder.ts'

/** A function cannot become a graph; it then runs operation by operation. */
export class CaptureError extends Error {
  constructor(obstacle: Obstacle, operation = '') {
    super(`${obstacle} ${operation}`.trim())
    this.name = 'CaptureError'
  }
}
