import { msg } from '../../core/errors/message.ts'
import type { Proposal } from '../../core/processes/search-protocol.ts'
import {
  checkpointOfPoint,
  type QueuedPoint,
  type QueuedPointOrigin,
} from '../../core/study/study.ts'

const codes = {
  point: 'proposal.byPerson',
  clone: 'proposal.edited',
  retry: 'proposal.again',
  continue: 'proposal.extended',
  fork: 'proposal.forked',
  initialize: 'proposal.initialized',
} as const satisfies Record<QueuedPointOrigin['kind'], string>

/** A point that a person queued, as what is tried next. */
export function toProposal({
  id,
  parameters,
  origin,
}: QueuedPoint): Proposal & { readonly queuedPoint: number } {
  const from = checkpointOfPoint(origin)
  return {
    parameters,
    provenance: {
      sampler: 'person',
      reason: msg(codes[origin.kind], {
        trial: origin.trialNumber ?? undefined,
        step: origin.step,
      }),
      detail: { queued: id, origin: { ...origin } },
    },
    queuedPoint: id,
    ...(from === null ? {} : { origin: from }),
    ...(origin.untilStep === undefined ? {} : { untilStep: origin.untilStep }),
  }
}
