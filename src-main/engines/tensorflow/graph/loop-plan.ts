/** A function as the body of a loop, which gives back as many values of the same types as it takes. */
export interface LoopPlan {
  /** Types of values that it has to take beside its own inputs, so that there is room for all results. */
  readonly fillers: readonly number[]
  /** The value that comes back in the place of each input, then of each filler: the index of a result, or null for the input itself. */
  readonly carried: readonly (number | null)[]
}

/** An input of the function. */
export interface LoopInput {
  /** A number of `TF_DataType`. */
  readonly type: number
  /** The result that is its next value, if it has one. */
  readonly next: number | null
}

/** Finds a place for every result: of its input, of another input of its type that has no next value, or of a filler. */
export function planLoop(inputs: readonly LoopInput[], resultTypes: readonly number[]): LoopPlan {
  const carried = inputs.map(({ next }) => next)
  const fillers: number[] = []
  const placed = new Set(carried)
  resultTypes.forEach((type, result) => {
    if (placed.has(result)) return
    const free = inputs.findIndex((input, index) => input.type === type && carried[index] === null)
    if (free === -1) {
      fillers.push(type)
      carried.push(result)
    } else {
      carried[free] = result
    }
  })
  return { fillers, carried }
}
