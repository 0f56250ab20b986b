import { fact, type Fact } from '../../contract/fact.ts'
import type { Experience } from './experience.ts'

/**
 * The reason of a proposal that other studies took part in.
 * @param share 0: they no longer count
 */
export function withExperience(reason: Fact, experience: Experience | null, share: number): Fact {
  if (experience === null) return reason
  const { sources: studies } = experience
  return fact(share > 0 ? 'proposal.experienced' : 'proposal.inexperienced', { reason, studies })
}
