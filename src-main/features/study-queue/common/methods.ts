import { answer } from '../../../core/processes/call.ts'
import { studyId } from '../../../core/questions/request-fields.ts'
import { method } from '../../api/common/method.ts'
import {
  studyQueuePriorities,
  type StudyQueuePriority,
} from '../../run-conditions/common/run-conditions.ts'
import { z } from 'zod'

/** Studies that wait for their turn. */
export const studyQueueMethods = {
  'studyQueue.list': method(answer<readonly QueueRow[]>, {}, { scope: 'read' }),
  'studyQueue.add': method(
    answer<null>,
    { studyId, priority: z.enum(studyQueuePriorities) },
    { scope: 'start' },
  ),
  'studyQueue.move': method(
    answer<null>,
    { studyId, position: z.int().min(0).max(1_000) },
    { scope: 'steer' },
  ),
  'studyQueue.remove': method(answer<null>, { studyId }, { scope: 'steer' }),
} as const

/** A study that waits for its turn. */
export interface QueueRow {
  readonly studyId: number
  readonly name: string
  readonly priority: StudyQueuePriority
}
