import { type MessageDescriptor, msg } from '../errors/message.ts'
import type { GivenObjective, ObjectiveKindDefinition } from './objective-kind.ts'
import { kindOfObjective } from './registry.ts'

/**
 * Whether a trial of an objective leaves something that another one can go on from: trainings of a task, test functions
 * of several steps, and code of the user that says so.
 */
export function savesCheckpoints(objective: GivenObjective): boolean {
  return kindOfObjective(objective)?.savesCheckpoints?.(objective) === true
}

/** Whether it is code of the user that goes on from its own checkpoint folder. */
export function resumesByItself(objective: GivenObjective): boolean {
  return kindOfObjective(objective)?.isUserCode === true && savesCheckpoints(objective)
}

/** Whether its trials can be asked for so many steps more. */
export function canBeExtended(objective: GivenObjective): boolean {
  return kindOfObjective(objective)?.canBeExtended?.(objective) === true
}

/** Why no trial of an objective can be trained longer or forked; null if trials can, while their checkpoints are kept. */
export function notResumableReason(
  objective: GivenObjective,
): ObjectiveKindDefinition['notResumableReason'] | null {
  if (savesCheckpoints(objective)) return null
  return kindOfObjective(objective)?.notResumableReason ?? 'oneStep'
}

/** Why a search that goes on from checkpoints cannot have an objective that leaves none. */
export function withoutCheckpoints(objective: GivenObjective): MessageDescriptor {
  const { isUserCode } = kindOfObjective(objective) ?? {}
  return msg(isUserCode === true ? 'rule.checkpointProgram' : 'rule.checkpointObjective')
}
