import { constrained } from './constrained.ts'
import { dtlz } from './dtlz.ts'
import type { VectorFunction } from './vector-function.ts'
import { zdt } from './zdt.ts'

/** Every function with several objectives or with constraints by its name. */
export const vectorFunctions: Readonly<Record<string, VectorFunction>> = Object.fromEntries(
  [...zdt, ...dtlz, ...constrained].map(definition => [definition.name, definition]),
)
