import { type Fact, fact } from './fact.ts'

type Objective = Readonly<Record<string, unknown>>

/**
 * Whether a trial of an objective leaves something that another one can go on from: trainings of a task, test functions
 * of several steps, and code of the user that says so. A function of one step has nothing to go on with, and a file for
 * each would cost ten times what the trial does. A training with hypergradients reports once.
 */
export function savesCheckpoints(objective: Objective): boolean {
  if ('task' in objective) return !('hypergradients' in objective)
  if (isUserCode(objective)) return resumesByItself(objective)
  return 'function' in objective && Number(objective['steps'] ?? 1) > 1
}

/** Whether it is code of the user that goes on from its own checkpoint folder. */
export function resumesByItself(objective: Objective): boolean {
  return isUserCode(objective) && objective['resumes'] === true
}

/** Whether its trials can be asked for so many steps more. */
export function canBeExtended(objective: Objective): boolean {
  return 'task' in objective || resumesByItself(objective)
}

/** Why no trial of an objective can be trained longer or forked; null if trials can, while their checkpoints are kept. */
export function whyNothingGoesOn(
  objective: Objective,
): 'program' | 'oneStep' | 'hypergradients' | null {
  if (savesCheckpoints(objective)) return null
  if (isUserCode(objective)) return 'program'
  return 'task' in objective ? 'hypergradients' : 'oneStep'
}

function isUserCode(objective: Objective): boolean {
  return 'command' in objective || 'module' in objective
}

/** Why a search that goes on from checkpoints cannot have an objective that leaves none. */
export function withoutCheckpoints(objective: Objective): Fact {
  return fact(isUserCode(objective) ? 'rule.checkpointProgram' : 'rule.checkpointObjective')
}
