/**
 * A closed-form function with several objectives, constraints, or both. Objectives are minimized, a
 * constraint holds where its value is ≤ 0.
 */
export interface VectorFunction {
  readonly name: string
  /** Number of coordinates that is taken if none is asked for. */
  dimension(objectives: number): number
  /** Smallest and largest number of coordinates; equal for fixed ones. */
  dimensions(objectives: number): readonly [number, number]
  /** Number of objectives: the one taken if none is asked for, the smallest and the largest. */
  readonly objectives: {
    readonly usual: number
    readonly range: readonly [number, number]
  }
  readonly constraints: number
  /** Usual bounds of coordinate `index`. */
  bounds(index: number): readonly [number, number]
  evaluate(x: readonly number[], objectives: number): VectorValue
}

export interface VectorValue {
  readonly objectives: readonly number[]
  readonly constraints: readonly number[]
}

/** A function whose sizes are fixed. */
export function fixedFunction(definition: {
  readonly name: string
  readonly bounds: readonly (readonly [number, number])[]
  readonly evaluate: (x: readonly number[]) => VectorValue
}): VectorFunction {
  const { name, bounds, evaluate } = definition
  const value = evaluate(bounds.map(([low]) => low))
  const objectives = value.objectives.length
  return {
    name,
    dimension: () => bounds.length,
    dimensions: () => [bounds.length, bounds.length],
    objectives: { usual: objectives, range: [objectives, objectives] },
    constraints: value.constraints.length,
    bounds: index => bounds[index] as readonly [number, number],
    evaluate,
  }
}
