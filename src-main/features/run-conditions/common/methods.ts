import { answer } from '../../../core/processes/call.ts'
import { method } from '../../api/common/method.ts'
import {
  machineEvents,
  runConditionsSchema,
  type RunConditionCause,
  type RunConditions,
  type MeasuredRunConditions,
} from './run-conditions.ts'
import { z } from 'zod'

/** When studies hold back. */
export const runConditionMethods = {
  'runConditions.get': method(
    answer<
      {
        readonly runConditions: RunConditions
        /** Why studies hold back now. */
        readonly cause: RunConditionCause | null
      } & MeasuredRunConditions
    >,
    {},
    { scope: 'read' },
  ),
  'runConditions.set': method(
    answer<null>,
    { runConditions: runConditionsSchema },
    // A person says when the machine is theirs.
    { scope: null },
  ),
  /** What the window's process hears from the system. */
  'runConditions.machineEvent': method(
    answer<null>,
    { event: z.enum(machineEvents) },
    { scope: null, changesNothing: true },
  ),
} as const
