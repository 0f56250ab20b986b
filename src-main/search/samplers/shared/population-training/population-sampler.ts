import { msg } from '../../../../core/errors/message.ts'
import type { JsonObject } from '../../../../core/values/json.ts'
import type { Problem } from '../../../../core/errors/problem.ts'
import type { Exhausted, Proposal } from '../../../../core/processes/search-protocol.ts'
import type { Assignment, TrialSnapshot } from '../../../../core/trial/trial.ts'
import type { RandomStream } from '../../../../math/random/random-stream.ts'
import { completePoint } from '../../../proposals/enqueued-points.ts'
import { valueCount } from '../../../space/unit-cube.ts'
import type { SuccessModel } from '../../../success/success-model.ts'
import type { ProposalRequest, Sampler, SamplerContext } from '../../sampler.ts'
import { signOf } from '../../../../core/trial/ranking.ts'

/** The common part of PBT and PB2: a population whose members train by turns, copy better ones, and change on the way. */
export interface PopulationSettings {
  readonly population: number
  readonly interval: number
  readonly steps?: number | undefined
  readonly explore?: readonly string[] | undefined
}

export interface PopulationRules {
  readonly name: string
  /** The member that is copied; null: the member goes on as it is. */
  exploit(current: Member, members: readonly Member[], random: RandomStream): Member | null
  /** Other values of the explored parameters, and what led to them. */
  explore(request: ExploreRequest): { readonly parameters: Assignment; readonly detail: JsonObject }
}

export interface ExploreRequest {
  readonly donor: Member
  readonly explored: readonly string[]
  readonly trials: readonly TrialSnapshot[]
  readonly trialNumber: number
  readonly random: RandomStream
  /** Where trials fail; null while none has. */
  readonly success: SuccessModel | null
}

/** Numbers of the trials that members of the next generation may go on from: those of the latest generations. */
export function latestGenerations(
  trials: readonly TrialSnapshot[],
  { population }: Pick<PopulationSettings, 'population'>,
): number[] {
  const complete = trials.filter(({ state }) => state === 'complete')
  return complete.slice(-3 * population).map(({ number }) => number)
}

export function checkPopulation(
  { explore = [] }: PopulationSettings,
  { space, goals, constraints }: SamplerContext,
  name: string,
) {
  const problems: Problem[] = []
  if (goals.length > 1) {
    problems.push({
      path: ['goals'],
      value: goals.length,
      rule: msg('rule.oneGoal', { sampler: name }),
    })
  }
  if (constraints.length > 0) {
    const rule = msg('rule.noConstraints', { sampler: name })
    problems.push({ path: ['constraints'], value: constraints.length, rule })
  }
  explore.forEach((parameter, index) => {
    if (
      space.parameters.some(
        candidate => candidate.name === parameter && valueCount(candidate) !== 1,
      )
    )
      return
    const rule = msg('rule.variedParameter')
    problems.push({ path: ['sampler', 'explore', index], value: parameter, rule })
  })
  return problems
}

/**
 * Trial n is a turn of member n mod population: it trains `interval` steps more from the member's own checkpoint, or, if the
 * rules say so, from that of a better one with changed parameters. A member whose last trial did not end well is
 * replaced by one that did.
 */
export function createPopulationSampler(
  { population, interval, steps, explore }: PopulationSettings,
  { space, goals }: SamplerContext,
  rules: PopulationRules,
): Sampler {
  const { direction } = goals[0] as SamplerContext['goals'][number]
  const explored =
    explore ??
    space.parameters
      .filter(parameter => parameter.kind === 'float' && valueCount(parameter) !== 1)
      .map(({ name }) => name)
  const generations = steps === undefined ? Infinity : Math.ceil(steps / interval)

  function begin(trialNumber: number, isFirst: boolean, random: RandomStream): Proposal {
    const { parameters } = completePoint({}, space, {}, random)
    return {
      parameters,
      untilStep: Math.min(interval, steps ?? interval),
      provenance: {
        sampler: rules.name,
        reason: msg(isFirst ? 'proposal.memberBegins' : 'proposal.memberRestarts', {
          member: memberOf(trialNumber, population) + 1,
        }),
        detail: { member: memberOf(trialNumber, population), generation: 0, parent: null },
      },
    }
  }

  function propose({
    trials,
    trialNumber,
    random,
    success = null,
  }: ProposalRequest): Proposal | Exhausted {
    const generation = generationOf(trialNumber, population)
    if (generation >= generations) {
      return { exhausted: true, reason: msg('ending.membersTrained', { steps }) }
    }
    if (generation === 0) return begin(trialNumber, true, random)
    const number = memberOf(trialNumber, population)
    const current = currentMembers(trials, trialNumber, population, interval, direction)
    const members = [...current.values()].sort(
      (a, b) => a.loss - b.loss || a.trial.number - b.trial.number,
    )
    const ownMember = current.get(number)
    const hasOwn = ownMember?.trial.number === trialNumber - population
    const best = members[0]
    if (best === undefined) return begin(trialNumber, false, random)
    const donor = hasOwn ? rules.exploit(ownMember, members, random) : best
    const detail = { member: number, generation, population: members.length }
    const turn = { generation, member: number + 1 }
    const rankOf = (member: (typeof members)[number]) => ({
      rank: members.indexOf(member) + 1,
      count: members.length,
    })
    if (donor === null && ownMember !== undefined) {
      return {
        parameters: ownMember.trial.parameters,
        origin: { trial: ownMember.trial.number, step: ownMember.step, mode: 'continue' },
        untilStep: untilOf(ownMember.step),
        provenance: {
          sampler: rules.name,
          reason: msg('proposal.memberContinues', { ...turn, ...rankOf(ownMember) }),
          detail: { ...detail, parent: ownMember.trial.number },
        },
      }
    }
    const from = donor ?? best
    const change = rules.explore({
      donor: from,
      explored,
      trials,
      trialNumber,
      random,
      success,
    })
    return {
      parameters: change.parameters,
      origin: { trial: from.trial.number, step: from.step, mode: 'fork' },
      untilStep: untilOf(from.step),
      provenance: {
        sampler: rules.name,
        reason: hasOwn
          ? msg('proposal.memberCopies', {
              ...turn,
              ...rankOf(ownMember),
              trial: from.trial.number,
            })
          : msg('proposal.failedMemberCopies', { ...turn, trial: from.trial.number }),
        detail: { ...detail, parent: from.trial.number, ...change.detail },
      },
    }
  }

  function untilOf(step: number): number {
    return Math.min(step + interval, steps ?? Number.POSITIVE_INFINITY)
  }

  return { propose }
}

/** A member of the population as its last finished trial left it. */
export interface Member {
  readonly trial: TrialSnapshot
  /** Low is good; +∞ for NaN. */
  readonly loss: number
  /** Steps that its training has had. */
  readonly step: number
}

/** Member m's trials are those whose number leaves m over when divided by the population. */
function memberOf(trialNumber: number, population: number): number {
  return trialNumber % population
}

/** Counts from 0. */
function generationOf(trialNumber: number, population: number): number {
  return Math.floor(trialNumber / population)
}

/** The loss that a trial ended with, not its best: it is the weights of the end that go on. */
export function lastLoss(
  { reports, values }: TrialSnapshot,
  direction: SamplerContext['goals'][number]['direction'],
): number {
  const value = reports.at(-1)?.value ?? values[0] ?? Number.NaN
  if (Number.isNaN(value)) return Number.POSITIVE_INFINITY
  return signOf(direction) * value
}

/**
 * The latest complete trial of every member that has one, by member, looking back from a trial at most two generations:
 * with several parallel trials the last generation may not be whole yet.
 */
function currentMembers(
  trials: readonly TrialSnapshot[],
  trialNumber: number,
  population: number,
  interval: number,
  direction: SamplerContext['goals'][number]['direction'],
): Map<number, Member> {
  const generation = generationOf(trialNumber, population)
  // A member that has trained further already would leave nothing to train.
  const [oldest, end] = [(generation - 2) * population, generation * population]
  const members = new Map<number, Member>()
  for (const trial of trials) {
    if (trial.number < oldest || trial.number >= end || trial.state !== 'complete') continue
    const step =
      trial.reports.at(-1)?.step ?? (generationOf(trial.number, population) + 1) * interval
    members.set(memberOf(trial.number, population), {
      trial,
      step,
      loss: lastLoss(trial, direction),
    })
  }
  return members
}
