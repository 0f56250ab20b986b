import { z } from 'zod'
import { defineObjective, type GivenObjective } from '../objective-kind.ts'

/** Another program evaluates the trials: it asks and tells (`tunewright suggest`). No file that is run has it. */
export const externalObjective = defineObjective({
  name: 'external',
  schema: z.strictObject({ external: z.literal(true).describe('option.study.external') }),
  title: () => 'external',
  runsElsewhere: true,
  usesNoGpu: true,
  processes: 'reuse',
  notResumableReason: 'oneStep',
})

export function isExternal(objective: GivenObjective): boolean {
  return 'external' in objective
}

/** The same of a study as lists show it, with the title of its objective. */
export function isExternalTitle(title: string | undefined): boolean {
  return title === 'external'
}
