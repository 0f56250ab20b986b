import { fact, type Fact } from '../../core/errors/fact.ts'
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
  const reason = fact(trialNumber === 0 ? 'proposal.priorCenter' : 'proposal.priorDraw')
  return { parameters, provenance: { sampler, reason, detail: { phase: 'startup' } } }
}

/** The reason of a proposal that a prior took part in. */
export function withPrior(reason: Fact, weight: PriorWeight | null): Fact {
  if (weight === null) return reason
  return weight.trust > 0
    ? fact('proposal.believed', { reason, power: roundTo(weight.power, 3) })
    : fact('proposal.disbelieved', { reason })
}
