import { fact, type Fact } from '../../core/errors/fact.ts'
import type { Proposal } from '../../core/processes/search-protocol.ts'
import type { Assignment } from '../../core/trial/trial.ts'
import { roundTo } from '../../math/numbers.ts'
import type { BeliefWeight } from './belief-density.ts'

/** A proposal of the start that a belief made. */
export function startFromBelief(
  sampler: string,
  parameters: Assignment,
  trialNumber: number,
): Proposal {
  const reason = fact(trialNumber === 0 ? 'proposal.beliefCentre' : 'proposal.beliefDraw')
  return { parameters, provenance: { sampler, reason, detail: { phase: 'startup' } } }
}

/** The reason of a proposal that a belief took part in. */
export function withBelief(reason: Fact, weight: BeliefWeight | null): Fact {
  if (weight === null) return reason
  return weight.trust > 0
    ? fact('proposal.believed', { reason, power: roundTo(weight.power, 3) })
    : fact('proposal.disbelieved', { reason })
}
