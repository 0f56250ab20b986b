import { z } from 'zod'
import { defineObjective, type GivenObjective } from '../objective-kind.ts'

const schema = z.looseObject({ function: z.string().min(1).describe('option.study.function') })

/**
 * A built-in test function. One of a single step has nothing to go on with, and a file for each trial would cost ten
 * times what the trial does.
 */
export const functionObjective = defineObjective({
  name: 'function',
  schema,
  title: objective => String(objective['function']),
  usesNoGpu: true,
  steps: ({ steps }) => (typeof steps === 'number' ? steps : undefined),
  processes: 'reuse',
  savesCheckpoints: objective => Number(objective['steps'] ?? 1) > 1,
  notResumableReason: 'oneStep',
})

/** Name of the test function of an objective; null for other kinds. */
export function functionName(objective: GivenObjective): string | null {
  const name = objective['function']
  return typeof name === 'string' ? name : null
}

/** An objective over a test function, as a study file begins. */
export function objectiveOfFunction(name: string): z.output<typeof schema> {
  return { function: name }
}
