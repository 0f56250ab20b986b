import type { Handlers } from '../../api/common/method.ts'
import { nothing } from '../../api/node/api-options.ts'
import type { MethodContext } from '../../api/node/method-context.ts'
import type { runConditionMethods } from '../common/methods.ts'

/** When studies hold back. */
export function runConditionHandlers({
  runConditions: service,
  sensors,
}: Pick<MethodContext, 'runConditions' | 'sensors'>): Handlers<typeof runConditionMethods> {
  return {
    'runConditions.get': async () => {
      const { runConditions } = service
      const { atMs, weekMinute, isGoingToSleep, ...measured } = sensors.read(runConditions)
      return { runConditions, cause: service.state.cause, ...measured }
    },
    'runConditions.set': async ({ runConditions }) => nothing(service.set(runConditions)),
    'runConditions.machineEvent': async ({ event }) => {
      sensors.handleEvent(event)
      return nothing(service.look())
    },
  }
}
