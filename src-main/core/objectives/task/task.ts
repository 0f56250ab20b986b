import { z } from 'zod'
import { defineObjective, type GivenObjective } from '../objective-kind.ts'

const schema = z.looseObject({ task: z.string().min(1).describe('option.study.task') })

/** A built-in training problem. A training with hypergradients reports once, and has nothing to go on from. */
export const taskObjective = defineObjective({
  name: 'task',
  schema,
  title: objective => String(objective['task']),
  bringsSpace: true,
  splitsRows: true,
  leavesModel: true,
  usesEngine: true,
  trainsForEpochs: true,
  processes: 'byEngine',
  savesCheckpoints: objective => !('hypergradients' in objective),
  canBeExtended: () => true,
  notResumableReason: 'hypergradients',
})

/** Name of the task of an objective; null for other kinds. */
export function taskName(objective: GivenObjective): string | null {
  const name = objective['task']
  return typeof name === 'string' ? name : null
}

/** The keys beside the name of the task; null for other kinds. */
export function taskSettings(objective: GivenObjective): GivenObjective | null {
  if (!('task' in objective)) return null
  const { task: _, ...settings } = objective
  return settings
}
