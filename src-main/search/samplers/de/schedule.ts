/** Which generation a trial belongs to, and which of its members it challenges. */
export interface Turn {
  readonly generation: number
  readonly slot: number
}

export interface GenerationSchedule {
  turnOf(number: number): Turn
  sizeOf(generation: number): number
}

/**
 * Trials in their order challenge one member after the other; a generation is over when all have been. With a
 * smallest size, generations shrink evenly with the trials that are used (Tanabe and Fukunaga 2014, equation 10).
 * @param budget trials of the study; null: unknown, all generations have the largest size
 */
export function createSchedule(
  largest: number,
  smallest: number,
  budget: number | null,
): GenerationSchedule {
  if (budget === null || smallest >= largest) {
    return {
      turnOf: number => ({ generation: Math.floor(number / largest), slot: number % largest }),
      sizeOf: () => largest,
    }
  }
  /** First trial of each generation; one more than sizes. */
  const starts = [0]
  const sizes: number[] = []

  function extend(): void {
    const start = starts.at(-1) as number
    const share = Math.min(start / budget!, 1)
    const size = Math.round(largest - (largest - smallest) * share)
    sizes.push(size)
    starts.push(start + size)
  }

  return {
    turnOf: number => {
      while ((starts.at(-1) as number) <= number) extend()
      let generation = starts.length - 2
      while ((starts[generation] as number) > number) generation--
      return { generation, slot: number - (starts[generation] as number) }
    },
    sizeOf: generation => {
      while (sizes.length <= generation) extend()
      return sizes[generation] as number
    },
  }
}
