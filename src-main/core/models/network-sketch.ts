/** A network before or after its training, as people look at it. */
export interface NetworkSketch {
  /** Without the batch dimension. */
  readonly inputShape: readonly number[]
  readonly layers: readonly SketchedLayer[]
  /** Trained numbers. */
  readonly parameterCount: number
  /** Multiplications followed by an addition that one example takes, forward. */
  readonly multiplyAdds: number
}

export interface SketchedLayer {
  readonly kind: string
  /** Tells it from others of its kind, in numbers and names of the study file: `64`, `3×3, 16`, `relu`. */
  readonly detail: string
  /** Of a residual block: what is added to its inputs. */
  readonly layers?: readonly SketchedLayer[]
  readonly outputShape: readonly number[]
  readonly parameterCount: number
  readonly multiplyAdds: number
}
