import { z } from 'zod'
import {
  type RunConditionCause,
  type RunConditions,
  type MeasuredRunConditions,
  runConditionsSchema,
  machineEvents,
  type QueuePriority,
  queuePriorities,
} from './run-conditions.ts'
import { answer, call } from '../../../core/processes/call.ts'

const studyId = z.int().min(1)

/** A study that waits for its turn. */
export interface QueueRow {
  readonly studyId: number
  readonly name: string
  readonly priority: QueuePriority
}

/** When studies hold back, and which come next. */
export const runConditionRequests = {
  'runConditions.get': call(
    answer<
      {
        readonly runConditions: RunConditions
        /** Why studies hold back now. */
        readonly cause: RunConditionCause | null
      } & MeasuredRunConditions
    >,
    {},
  ),
  'runConditions.set': call(answer<null>, { runConditions: runConditionsSchema }),
  /** What the window's process hears from the system. */
  'runConditions.machineEvent': call(answer<null>, { news: z.enum(machineEvents) }),
  'studyQueue.list': call(answer<readonly QueueRow[]>, {}),
  'studyQueue.add': call(answer<null>, { studyId, priority: z.enum(queuePriorities) }),
  'studyQueue.move': call(answer<null>, { studyId, place: z.int().min(0).max(1_000) }),
  'studyQueue.remove': call(answer<null>, { studyId }),
}
