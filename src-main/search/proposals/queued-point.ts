import type { Proposal } from '../../contract/search-protocol.ts'
import { checkpointOfPoint, type QueuedPoint, type QueueOrigin } from '../../contract/study.ts'

const reasons: Record<
  QueueOrigin['kind'],
  (trialNumber: number | null, step: number | undefined) => string
> = {
  point: () => 'enqueued by a person',
  clone: number => `trial ${number} with values that a person chose`,
  retry: number => `trial ${number} again, as a person asked`,
  continue: (number, step) => `trial ${number} extended from step ${step}, as a person asked`,
  fork: (number, step) => `fork of trial ${number} at step ${step}, as a person asked`,
  warmStart: (number, step) => `begins with weights of trial ${number} at step ${step}`,
}

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
      reason: reasons[origin.kind](origin.trialNumber, origin.step),
      detail: { queued: id, origin: { ...origin } },
    },
    queuedPoint: id,
    ...(from === null ? {} : { origin: from }),
    ...(origin.untilStep === undefined ? {} : { untilStep: origin.untilStep }),
  }
}
