import { z } from 'zod'
import {
  type MannerCause,
  type Manners,
  type MeasuredManners,
  mannersSchema,
  machineNews,
  type QueuePriority,
  queuePriorities,
} from './manners.ts'
import { answer, call } from '../../../core/processes/call.ts'

const studyId = z.int().min(1)

/** A study that waits for its turn. */
export interface QueueRow {
  readonly studyId: number
  readonly name: string
  readonly priority: QueuePriority
}

/** When studies hold back, and which come next. */
export const mannerRequests = {
  'manners.get': call(
    answer<
      {
        readonly manners: Manners
        /** Why studies hold back now. */
        readonly cause: MannerCause | null
      } & MeasuredManners
    >,
    {},
  ),
  'manners.set': call(answer<null>, { manners: mannersSchema }),
  /** What the window's process hears from the system. */
  'manners.news': call(answer<null>, { news: z.enum(machineNews) }),
  'queue.list': call(answer<readonly QueueRow[]>, {}),
  'queue.add': call(answer<null>, { studyId, priority: z.enum(queuePriorities) }),
  'queue.move': call(answer<null>, { studyId, place: z.int().min(0).max(1_000) }),
  'queue.remove': call(answer<null>, { studyId }),
}
