import type { Handlers } from '../../api/common/method.ts'
import type { MethodContext } from '../../api/node/method-context.ts'
import { ticketOf } from '../../analysis/node/query-service.ts'
import type { whatIfMethods } from '../common/methods.ts'

/** How the study would have gone with another sampler or pruner. */
export function whatIfHandlers({
  queries,
}: Pick<MethodContext, 'queries'>): Handlers<typeof whatIfMethods> {
  return {
    'study.whatIf': async ({ ticket, ...request }) =>
      queries.ask({ kind: 'whatIf', ...request }, ticketOf(ticket)),
  }
}
