import { msg, type MessageDescriptor } from '../../core/errors/message.ts'
import type { Proposal } from '../../core/processes/search-protocol.ts'
import type { Assignment } from '../../core/trial/trial.ts'
import { roundTo } from '../../math/numbers.ts'
import type { PriorWeight } from './prior-density.ts'

/** A proposal of the start that a prior made. */
export function startFromPrior(
  sampler: string,
  parameters: Assignment,
  trialNumber: number,
): Proposal {
  const reason = msg(trialNumber === 0 ? 'proposal.priorCenter' : 'proposal.priorDraw')
  return { parameters, provenance: { sampler, reason, detail: { phase: 'startup' } } }
}

/** The reason of a proposal that a prior took part in. */
export function withPrior(
  reason: MessageDescriptor,
  weight: PriorWeight | null,
): MessageDescriptor {
  if (weight === null) return reason
  return weight.trust > 0
    ? msg('proposal.believed', { reason, power: roundTo(weight.power, 3) })
    : msg('proposal.disbelieved', { reason })
}
