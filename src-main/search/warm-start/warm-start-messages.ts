import { fact, type Fact } from '../../core/errors/fact.ts'

/**
 * The reason of a proposal that other studies took part in.
 * @param studies how many; 0: they no longer count; null: there are none
 */
export function withSourceStudies(reason: Fact, studies: number | null): Fact {
  if (studies === null) return reason
  if (studies === 0) return fact('proposal.warmStartDropped', { reason })
  return fact('proposal.warmStarted', { reason, studies })
}
