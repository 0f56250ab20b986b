import { ownValue } from '../../core/values/named-values.ts'
import { type Relation, relationExcess, relationHolds } from '../../core/study/relation.ts'
import type { Exhausted, Proposal } from '../../core/processes/search-protocol.ts'
import type { Assignment, TrialSnapshot, ParameterValue } from '../../core/trial/trial.ts'
import type { RandomStream } from '../../math/random/random-stream.ts'
import { createRandomStream } from '../../math/random/stream.ts'
import type { ProposalRequest, Sampler, SamplerDefinition } from '../samplers/sampler.ts'
import { assignmentKey } from '../samplers/shared/tried-points.ts'
import { assignActive } from '../space/conditions.ts'
import type { SearchSpace } from '../space/search-space.ts'
import type { SuccessModel } from '../success/success-model.ts'
import { fromUnit, toUnit } from '../space/unit-cube.ts'

/** Further draws of a sampler that costs next to nothing, and of one that learns. */
export const CHEAP_REDRAWS = 10_000
const COSTLY_REDRAWS = 10

type Draws = Generator<Proposal | Exhausted, void, void>

/** Proposals for one trial, one after the other, by what kind of sampler it is. */
export function createDraws(
  sampler: Sampler,
  { proposals = 'learned' }: Pick<SamplerDefinition, 'proposals'>,
  { relations, seed }: { readonly relations: readonly Relation[]; readonly seed: number },
): (trials: readonly TrialSnapshot[], trialNumber: number, success?: SuccessModel | null) => Draws {
  function ask(
    trials: readonly TrialSnapshot[],
    trialNumber: number,
    purpose: string,
    others: Pick<ProposalRequest, 'success' | 'refused'> = {},
  ) {
    const random = createRandomStream({ seed, number: trialNumber, purpose })
    return sampler.propose({ trials, trialNumber, random, ...others })
  }

  function* drawn(
    trials: readonly TrialSnapshot[],
    trialNumber: number,
    success: SuccessModel | null = null,
  ): Draws {
    const most = proposals === 'independent' ? CHEAP_REDRAWS : COSTLY_REDRAWS
    let before: Assignment | null = null
    for (let redraw = 0; redraw <= most; redraw++) {
      const purpose = redraw === 0 ? 'proposal' : `proposal redraw ${redraw}`
      const proposal = ask(trials, trialNumber, purpose, { success })
      yield proposal
      if ('exhausted' in proposal) return
      // A sampler that gives the same point whatever the stream has nothing else to offer.
      if (before !== null && assignmentKey(before) === assignmentKey(proposal.parameters)) return
      if (proposals === 'learned') before = proposal.parameters
    }
  }

  /** Indices of a numbered sequence whose points keep the relations; filled as far as it was asked for. */
  const allowed: number[] = []
  function* numbered(trials: readonly TrialSnapshot[], trialNumber: number): Draws {
    const at = (index: number): Proposal | Exhausted => ask(trials, index, 'proposal')
    let drawIndex = allowed.at(-1) ?? -1
    let misses = 0
    while (relations.length > 0 && allowed.length <= trialNumber && misses < CHEAP_REDRAWS) {
      const proposal = at(++drawIndex)
      if (!('exhausted' in proposal) && holdsAll(relations, proposal.parameters)) {
        allowed.push(drawIndex)
        misses = 0
      } else {
        misses++
      }
    }
    let next = relations.length === 0 ? trialNumber : (allowed[trialNumber] ?? drawIndex)
    for (let redraw = 0; redraw <= CHEAP_REDRAWS; redraw++) yield at(next++)
  }

  /** Places that the sampler listed and that break a relation: as good as visited. */
  const refused: TrialSnapshot[] = []
  function* listed(trials: readonly TrialSnapshot[], trialNumber: number): Draws {
    for (;;) {
      const all = refused.length === 0 ? trials : [...refused, ...trials]
      const proposal = ask(all, trialNumber, 'proposal', { refused: refused.length })
      if ('exhausted' in proposal || holdsAll(relations, proposal.parameters)) {
        yield proposal
        return
      }
      const { parameters } = proposal
      const number = -1 - refused.length
      refused.unshift({ number, state: 'failed', parameters, values: [], reports: [] })
    }
  }

  return proposals === 'numbered' ? numbered : proposals === 'listed' ? listed : drawn
}

export function holdsAll(relations: readonly Relation[], assignment: Assignment): boolean {
  return relations.every(relation => relationHolds(relation, assignment))
}

/** Points that are looked at for one that keeps all relations. */
export const MAX_DRAWS = 10_000
const WHOLE_DRAWS = 2_000
const BISECTIONS = 40

/**
 * A point that keeps all relations, near one that does not. First the parameters of broken relations are drawn
 * anew together; if that meets no allowed point, one parameter at a time, where a draw stays that brings
 * the relations nearer (those of all relations, then any). The point that was found is moved back toward the
 * given one as far as the relations allow. What else was given stays.
 *
 * @param fixedNames names whose values must stay
 * @returns null if 10,000 draws find nothing
 */
export function repairPoint(
  point: Assignment,
  space: SearchSpace,
  relations: readonly Relation[],
  random: RandomStream,
  fixedNames: ReadonlySet<string> = new Set(),
): Assignment | null {
  const namesOf = (list: readonly Relation[]): string[] => [
    ...new Set(list.flatMap(({ names }) => names)),
  ]
  /** `from` with some parameters drawn anew, and what becomes active by that. */
  const redraw = (from: Assignment, names: ReadonlySet<string>): Assignment =>
    fill(space, (name, at) =>
      names.has(name) || !Object.hasOwn(from, name) ? at(random.uniform()) : ownValue(from, name),
    )
  const free = (names: readonly string[]): string[] => names.filter(name => !fixedNames.has(name))
  const broken = free(namesOf(relations.filter(relation => !relationHolds(relation, point))))
  for (let draw = 0; draw < WHOLE_DRAWS; draw++) {
    const drawn = redraw(point, new Set(broken))
    if (holdsAll(relations, drawn)) return moveBack(point, drawn, space, relations)
  }
  const related = free(namesOf(relations))
  const all = free(space.parameters.map(({ name }) => name))
  let current = redraw(point, new Set(related))
  let excess = totalExcess(relations, current)
  for (let draw = WHOLE_DRAWS; draw < MAX_DRAWS; draw++) {
    const names = draw < MAX_DRAWS / 2 ? related : all
    if (names.length === 0) return null
    const drawn = redraw(current, new Set([names[random.integer(names.length)] as string]))
    const after = totalExcess(relations, drawn)
    if (after <= excess) [current, excess] = [drawn, after]
    if (excess === 0) return moveBack(point, current, space, relations)
  }
  return null
}

function totalExcess(relations: readonly Relation[], assignment: Assignment): number {
  return relations.reduce((sum, relation) => sum + relationExcess(relation, assignment), 0)
}

/** The point nearest to `point`, on the way to it from `allowed`, that bisection finds. */
function moveBack(
  point: Assignment,
  allowed: Assignment,
  space: SearchSpace,
  relations: readonly Relation[],
): Assignment {
  let best = allowed
  let [near, far] = [0, 1]
  const units = new Map(
    space.parameters
      .filter(({ name, kind }) => kind !== 'choice' && Object.hasOwn(allowed, name))
      .map(parameter => {
        const to = toUnit(parameter, ownValue(allowed, parameter.name) as ParameterValue)
        const start = ownValue(point, parameter.name)
        return [parameter.name, { from: start === undefined ? to : toUnit(parameter, start), to }]
      }),
  )
  for (let step = 0; step < BISECTIONS; step++) {
    const share = (near + far) / 2
    const tried = fill(space, (name, at) => {
      const ends = units.get(name)
      if (ends === undefined || ends.from === ends.to) return ownValue(allowed, name)
      return at((1 - share) * ends.from + share * ends.to)
    })
    if (holdsAll(relations, tried)) {
      best = tried
      far = share
    } else {
      near = share
    }
  }
  return best
}

/** An assignment of all active parameters; one that `valueOf` has no value for takes its middle. */
function fill(
  space: SearchSpace,
  valueOf: (name: string, at: (unit: number) => ParameterValue) => ParameterValue | undefined,
): Assignment {
  return assignActive(space, parameter => {
    const at = (unit: number): ParameterValue => fromUnit(parameter, unit)
    return valueOf(parameter.name, at) ?? at(0.5)
  })
}
