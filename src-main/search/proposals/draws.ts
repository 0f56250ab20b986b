import type { Exhausted, Proposal } from '../../contract/search-protocol.ts'
import type { Relation } from '../../contract/relation.ts'
import type { Assignment, TrialSnapshot } from '../../contract/trial.ts'
import { createRandomStream } from '../../math/random/stream.ts'
import type { Sampler, SamplerDefinition } from '../samplers/sampler.ts'
import { assignmentKey } from '../space/assignment-key.ts'
import { holdsAll } from './repair-point.ts'

/** Further draws of a sampler that costs next to nothing, and of one that learns. */
export const CHEAP_REDRAWS = 10_000
const COSTLY_REDRAWS = 10

/** Proposals for one trial, one after the other, by what kind of sampler it is. */
export function createDraws(
  sampler: Sampler,
  { proposals = 'learned' }: Pick<SamplerDefinition, 'proposals'>,
  { relations, seed }: { readonly relations: readonly Relation[]; readonly seed: number },
): (
  trials: readonly TrialSnapshot[],
  trialNumber: number,
) => Generator<Proposal | Exhausted, void, void> {
  function ask(
    trials: readonly TrialSnapshot[],
    trialNumber: number,
    purpose: string,
  ): Proposal | Exhausted {
    const random = createRandomStream({ seed, number: trialNumber, purpose })
    return sampler.propose({ trials, trialNumber, random })
  }

  function* drawn(
    trials: readonly TrialSnapshot[],
    trialNumber: number,
  ): Generator<Proposal | Exhausted> {
    const most = proposals === 'independent' ? CHEAP_REDRAWS : COSTLY_REDRAWS
    let before: Assignment | null = null
    for (let redraw = 0; redraw <= most; redraw++) {
      const purpose = redraw === 0 ? 'proposal' : `proposal redraw ${redraw}`
      const proposal = ask(trials, trialNumber, purpose)
      yield proposal
      if ('exhausted' in proposal) return
      // A sampler that gives the same point whatever the stream has nothing else to offer.
      if (before !== null && assignmentKey(before) === assignmentKey(proposal.parameters)) return
      if (proposals === 'learned') before = proposal.parameters
    }
  }

  /** Places of a numbered sequence whose points keep the relations; filled as far as it was asked for. */
  const allowed: number[] = []
  function* numbered(
    trials: readonly TrialSnapshot[],
    trialNumber: number,
  ): Generator<Proposal | Exhausted> {
    const at = (place: number): Proposal | Exhausted => ask(trials, place, 'proposal')
    let place = allowed.at(-1) ?? -1
    let misses = 0
    while (relations.length > 0 && allowed.length <= trialNumber && misses < CHEAP_REDRAWS) {
      const proposal = at(++place)
      if (!('exhausted' in proposal) && holdsAll(relations, proposal.parameters)) {
        allowed.push(place)
        misses = 0
      } else {
        misses++
      }
    }
    let next = relations.length === 0 ? trialNumber : (allowed[trialNumber] ?? place)
    for (let redraw = 0; redraw <= CHEAP_REDRAWS; redraw++) yield at(next++)
  }

  /** Places that the sampler listed and that break a relation: as good as visited. */
  const refused: TrialSnapshot[] = []
  function* listed(
    trials: readonly TrialSnapshot[],
    trialNumber: number,
  ): Generator<Proposal | Exhausted> {
    for (;;) {
      const proposal = ask(
        refused.length === 0 ? trials : [...refused, ...trials],
        trialNumber,
        'proposal',
      )
      if ('exhausted' in proposal || holdsAll(relations, proposal.parameters)) {
        yield proposal
        return
      }
      refused.unshift({
        number: -1 - refused.length,
        state: 'failed',
        parameters: proposal.parameters,
        values: [],
        reports: [],
      })
    }
  }

  return proposals === 'numbered' ? numbered : proposals === 'listed' ? listed : drawn
}
