import { fitMoments } from './moments.ts'

/** Mean and standard deviation of a target. */
export interface TargetScaling {
  readonly mean: number
  readonly deviation: number
}

/** Fitted on the training rows alone; a target that is constant there is only shifted. */
export function fitTargetScaling(target: Float64Array, trainingRows: Int32Array): TargetScaling {
  const { mean, deviation } = fitMoments(
    Float64Array.from(trainingRows, row => target[row] as number),
  )
  return { mean, deviation: deviation === 0 ? 1 : deviation }
}
