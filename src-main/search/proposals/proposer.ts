import { ownValue } from '../../core/values/named-values.ts'
import { msg, together, type MessageDescriptor } from '../../core/errors/message.ts'
import type { JsonObject } from '../../core/values/json.ts'
import type { Exhausted, Proposal } from '../../core/processes/search-protocol.ts'
import type { StudySpecification } from '../../core/study/study-specification.ts'
import { CHEAP_REDRAWS, createDraws, holdsAll, repairPoint } from './draws.ts'
import { moveToSuccess } from './avoid-failures.ts'
import type { GpFallback } from './gp-fallback.ts'
import type { Relation } from '../../core/study/relation.ts'
import type { Assignment, TrialSnapshot } from '../../core/trial/trial.ts'
import { createRandomStream } from '../../math/random/stream.ts'
import type { ProposalRequest, Sampler, SamplerDefinition } from '../samplers/sampler.ts'
import { createEncoding } from '../samplers/gp/encoding.ts'
import { TriedPoints } from '../samplers/shared/tried-points.ts'
import { type SuccessModel, SuccessModels } from '../success/success-model.ts'
import { cardinality } from '../space/enumeration.ts'
import type { SearchSpace } from '../space/search-space.ts'
import { completePoint } from './enqueued-points.ts'

/**
 * The wishes between every sampler and the study: points that are tried first, relations, duplicates.
 *
 * A proposal that breaks a relation, or repeats a point where the study does not want that, is drawn again: with
 * further random streams (a sampler that learns is asked a few times only, since asking may be costly); from
 * the next point of the sequence where proposals are numbered; as visited, where each is listed once. A
 * sampler that still gives no allowed point has its last one moved to where the relations hold. Once a trial has
 * failed, a sampler that learns is likewise kept from where trials fail (`avoid-failures.ts`). Each of
 * this depends on the trials, the trial number and the study seed alone, and the proposal says what happened.
 */
export interface Proposer {
  propose(trials: readonly TrialSnapshot[], trialNumber: number): Proposal | Exhausted
}

export interface ProposerSettings {
  readonly space: SearchSpace
  readonly relations: readonly Relation[]
  readonly enqueue: readonly Assignment[]
  /** Whole points that come after those. */
  readonly starts?: readonly Assignment[]
  /** Why these. Default: they are usual. */
  readonly startedBy?: 'usage' | 'sourceStudies'
  readonly duplicates: StudySpecification['duplicates']
  readonly seed: number
}

/** @param gpFallback has a turn now and then where trials fail; absent: points that would probably fail are only moved */
export function createProposer(
  sampler: Sampler,
  definition: Pick<SamplerDefinition, 'proposals'>,
  settings: ProposerSettings,
  gpFallback?: GpFallback,
): Proposer {
  const { space, relations, enqueue, starts = [], startedBy = 'usage' } = settings
  const { duplicates, seed } = settings
  const tried = new TriedPoints()
  const points = duplicates === 'redraw' ? cardinality(space) : Number.POSITIVE_INFINITY
  const draws = createDraws(sampler, definition, settings)
  const { proposals = 'learned' } = definition
  const failures = proposals === 'learned' ? new SuccessModels(() => createEncoding(space)) : null
  return { propose }

  function propose(trials: readonly TrialSnapshot[], trialNumber: number): Proposal | Exhausted {
    const point = enqueue[trialNumber]
    if (point !== undefined) return proposeEnqueued(point, trials, trialNumber)
    const start = proposeStart(trials, trialNumber)
    if (start !== null) return start
    if (duplicates !== 'allow') tried.follow(trials)
    if (tried.size >= points) {
      const reason = msg('ending.spaceTried', { points })
      return furtherSteps(trials, trialNumber) ?? { exhausted: true, reason }
    }
    const repeats = (parameters: Assignment): boolean =>
      duplicates === 'redraw' && tried.has(parameters)
    const success = failures?.of(trials, trialNumber) ?? null
    let last: Proposal | null = null
    let redraws = 0
    for (const draw of draws(trials, trialNumber, success)) {
      if ('exhausted' in draw) return draw
      const broken = !holdsAll(relations, draw.parameters)
      if (!broken && (isContinuation(draw) || !repeats(draw.parameters))) {
        const isFree = success === null || draw.origin !== undefined
        const proposal = isFree
          ? explain(draw, { redraws }, null)
          : awayFromFailures(draw, { trials, trialNumber, success }, redraws, repeats)
        return 'exhausted' in proposal ? proposal : withReuse(proposal, trials)
      }
      // Of two points that are not wanted, the one that only repeats another is the better.
      if (last === null || !broken || !holdsAll(relations, last.parameters)) last = draw
      redraws++
    }
    if (last === null) return { exhausted: true, reason: msg('ending.nothingProposed') }
    if (holdsAll(relations, last.parameters)) {
      return drawUntried(last, trialNumber, redraws, success)
    }
    const random = createRandomStream({ seed, number: trialNumber, purpose: 'relation repair' })
    return moved(last, repairPoint(last.parameters, space, relations, random), redraws)
  }

  /** Where every point was tried, trainings may still have steps to go. */
  function furtherSteps(trials: readonly TrialSnapshot[], trialNumber: number): Proposal | null {
    if (proposals !== 'learned') return null
    const [draw] = draws(trials, trialNumber)
    return draw === undefined || 'exhausted' in draw || !isContinuation(draw) ? null : draw
  }

  /**
   * The sampler's point if it will probably succeed, else another, by the model or near it; the sampler's own if nothing else is
   * left but points that failed.
   */
  function awayFromFailures(
    proposal: Proposal,
    request: Omit<ProposalRequest, 'random'> & { readonly success: SuccessModel },
    redraws: number,
    repeats: (parameters: Assignment) => boolean,
  ): Proposal | Exhausted {
    const { trialNumber: number, success } = request
    const isLikely = success.allows(proposal.parameters)
    const changes = { redraws, movedFrom: proposal.parameters }
    const isWanted = (parameters: Assignment): boolean =>
      !repeats(parameters) && holdsAll(relations, parameters)
    const byModel = gpFallback?.propose(proposal, isLikely, {
      ...request,
      random: createRandomStream({ seed, number, purpose: 'model beside' }),
    })
    if (byModel != null && isWanted(byModel.parameters)) {
      return explain({ ...proposal, parameters: byModel.parameters }, changes, byModel.why)
    }
    if (isLikely) return explain(proposal, { redraws }, null)
    const random = createRandomStream({ seed, number, purpose: 'away from failures' })
    const parameters = moveToSuccess(proposal.parameters, success, random, isWanted)
    if (parameters === null) {
      return success.hasFailed(proposal.parameters)
        ? { exhausted: true, reason: msg('ending.nothingProposed') }
        : explain(proposal, { redraws }, null)
    }
    return explain({ ...proposal, parameters }, changes, msg('proposal.awayFromFailures'))
  }

  /** A random point in place of one that was tried before. */
  function drawUntried(
    last: Proposal,
    trialNumber: number,
    redraws: number,
    success: SuccessModel | null,
  ): Proposal {
    const random = createRandomStream({ seed, number: trialNumber, purpose: 'untried point' })
    for (let draw = 0; draw < CHEAP_REDRAWS; draw++) {
      const { parameters } = completePoint({}, space, {}, random)
      if (tried.has(parameters) || !holdsAll(relations, parameters)) continue
      if (success?.hasFailed(parameters) === true) continue
      const changes = { redraws, movedFrom: last.parameters }
      return explain({ ...last, parameters }, changes, msg('proposal.drawnInstead'))
    }
    return explain(last, { redraws, repeated: true }, msg('proposal.nothingUntried'))
  }

  function proposeEnqueued(
    point: Assignment,
    trials: readonly TrialSnapshot[],
    trialNumber: number,
  ): Proposal | Exhausted {
    const random = createRandomStream({ seed, number: trialNumber, purpose: 'enqueue' })
    const alone = completePoint(point, space, {}, random)
    const reason = msg('proposal.toTryFirst', { point: trialNumber + 1, points: enqueue.length })
    const detail = { given: { ...point }, filledIn: alone.filled }
    const provenance = { sampler: 'enqueue', reason, detail }
    if (alone.filled.length === 0) return { parameters: alone.parameters, provenance }
    const [first] = draws(trials, trialNumber)
    const proposed = first === undefined || 'exhausted' in first ? null : first
    const { parameters, filled } = completePoint(point, space, proposed?.parameters ?? {}, random)
    const by =
      proposed === null
        ? msg('proposal.filledInAtRandom', { names: filled })
        : msg('proposal.filledInBy', { names: filled, sampler: proposed.provenance.sampler })
    const proposal = withReason({ parameters, provenance }, by, { filledIn: filled })
    if (holdsAll(relations, parameters)) return proposal
    const enqueuedNames = new Set(Object.keys(point))
    return moved(proposal, repairPoint(parameters, space, relations, random, enqueuedNames), 0)
  }

  /** Null where there is none, none near it keeps the relations, or it was tried and its result is not to be used again. */
  function proposeStart(trials: readonly TrialSnapshot[], trialNumber: number): Proposal | null {
    const startIndex = trialNumber - enqueue.length
    const parameters = starts[startIndex]
    if (parameters === undefined) return null
    const code = startedBy === 'usage' ? 'proposal.start' : 'proposal.startWarm'
    const reason = msg(code, { point: startIndex + 1, points: starts.length })
    const provenance = { sampler: 'start', reason, detail: { phase: 'startup' } }
    const proposal = { parameters, provenance }
    const random = createRandomStream({ seed, number: trialNumber, purpose: 'start repair' })
    const allowed = holdsAll(relations, parameters)
      ? proposal
      : moved(proposal, repairPoint(parameters, space, relations, random), 0)
    if ('exhausted' in allowed) return null
    tried.follow(trials)
    return duplicates !== 'reuse' && tried.has(allowed.parameters)
      ? null
      : withReuse(allowed, trials)
  }

  /** The stored result of an equal point, where the study wants that. */
  function withReuse(proposal: Proposal, trials: readonly TrialSnapshot[]): Proposal {
    // The result of a whole training is none of a part of it, nor the other way round.
    if (duplicates !== 'reuse' || isContinuation(proposal) || proposal.untilStep !== undefined)
      return proposal
    if (!tried.has(proposal.parameters)) return proposal
    const same = trials.find(
      trial => trial.state === 'complete' && tried.areEqual(trial.parameters, proposal.parameters),
    )
    if (same === undefined) return proposal
    const reason = msg('proposal.resultReused', { trial: same.number })
    const { parameters, provenance } = proposal
    return withReason({ parameters, provenance }, reason, { reusedTrial: same.number })
  }
}

/** Further steps of a training repeat no point, whether they go on with its parameters or with others. */
function isContinuation({ origin }: Proposal): boolean {
  return origin !== undefined
}

function moved(
  proposal: Proposal,
  parameters: Assignment | null,
  redraws: number,
): Proposal | Exhausted {
  if (parameters === null) return { exhausted: true, reason: msg('ending.relationsUnkept') }
  const from = Object.fromEntries(
    Object.entries(proposal.parameters).filter(
      ([name, value]) => !Object.hasOwn(parameters, name) || ownValue(parameters, name) !== value,
    ),
  )
  const changes = { redraws, movedFrom: from }
  return explain({ ...proposal, parameters }, changes, msg('proposal.movedForRelations'))
}

/** Adds what happened to the provenance; nothing where nothing did. */
function explain(
  proposal: Proposal,
  changes: {
    readonly redraws: number
    readonly repeated?: true
    readonly movedFrom?: Assignment
  },
  what: MessageDescriptor | null,
): Proposal {
  if (changes.redraws === 0 && what === null) return proposal
  const added = what ?? msg('proposal.draw', { draw: changes.redraws + 1 })
  return withReason(proposal, added, { proposal: { ...changes } })
}

function withReason(proposal: Proposal, added: MessageDescriptor, detail: JsonObject): Proposal {
  const { sampler, reason, detail: previousDetail } = proposal.provenance
  const provenance = {
    sampler,
    reason: together(reason, added),
    detail: { ...previousDetail, ...detail },
  }
  return { ...proposal, provenance }
}
