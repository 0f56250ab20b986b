import type { GivenObjective } from './objective-kind.ts'

/** Whether code of the user goes on from its own checkpoint folder: it says so. */
export function resumes(objective: GivenObjective): boolean {
  return objective['resumes'] === true
}
