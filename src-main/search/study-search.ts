import { type MessageDescriptor, msg } from '../core/errors/message.ts'
import type { TrialOrigin } from '../core/trial/checkpoint.ts'
import { constraintMetric } from '../core/study/constraints.ts'
import { AppError } from '../core/errors/errors.ts'
import { problemValue } from '../core/errors/problem.ts'
import type {
  Exhausted,
  Proposal,
  PruningDecision,
  Starts,
} from '../core/processes/search-protocol.ts'
import { firstPoints, type StudySpecification } from '../core/study/study-specification.ts'
import type {
  Assignment,
  ParameterGradient,
  Report,
  TrialSnapshot,
  TrialState,
} from '../core/trial/trial.ts'
import { firstIndexWhere } from '../math/numbers.ts'
import { withFurther, KnownTrials } from './known-trials.ts'
import { checkWarmStart, withEarlierTrials } from './earlier/with-earlier-trials.ts'
import { SourceStudies } from './warm-start/source-studies.ts'
import { checkProposals, proposerSettings } from './proposals/proposal-settings.ts'
import { createProposer, type Proposer } from './proposals/proposer.ts'
import { GpFallback } from './proposals/gp-fallback.ts'
import { usualPoints } from './proposals/starting-points.ts'
import { resolveOptions } from './options.ts'
import { judgingContext } from './pruner-metrics.ts'
import type { Pruner } from './pruners/pruner.ts'
import { pruners } from './pruners/registry.ts'
import { spareLastReport } from './pruners/spare-last-report.ts'
import { withinStepUnits } from './pruners/within-step-units.ts'
import { samplers } from './samplers/registry.ts'
import type { SamplerContext } from './samplers/sampler.ts'
import { createModelStop } from './stopping/model-stop.ts'
import { searchedSpace } from './space/fix-parameters.ts'

/** The knowledge that a sampler of this study may have. */
export function samplerContext(
  specification: StudySpecification,
  earlierTrials = 0,
): SamplerContext {
  const { goals, parallelTrials, seed, duplicates } = specification
  const { trials } = specification.stop
  return {
    goals,
    parallelTrials,
    seed,
    space: searchedSpace(specification),
    constraints: specification.constraints.map(constraintMetric),
    trialBudget: trials === undefined ? null : earlierTrials + trials,
    earlierTrials,
    redraws: duplicates === 'redraw',
  }
}

interface FinishedExtras {
  readonly gradient?: ParameterGradient | undefined
  readonly byAccident?: true | undefined
  readonly isEstimate?: true | undefined
}

interface OpenedStudy {
  readonly specification: StudySpecification
  readonly proposer: Proposer
  /** Points that come before the sampler's. */
  readonly firstPoints: number
  readonly pruner: Pruner
  readonly knownTrials: KnownTrials
  readonly modelStop: ReturnType<typeof createModelStop>
}

/**
 * The search side of one study: keeps its trials, asks the sampler and the pruner. Its answers are a
 * function of the calls in their order; a new one opened with the same history goes on equally.
 * Methods throw AppError `protocol.invalid` when a call does not fit what was said before.
 */
export class StudySearch {
  #study: OpenedStudy | null = null
  /** By rising number. A finished trial keeps its object, which caches rely on. */
  #trials: TrialSnapshot[] = []
  /** Answers to `propose` whose trial has not started yet; their trials count as running. */
  readonly #proposed = new Map<number, Proposal>()

  /**
   * Begins with a study, from its file and every trial known so far.
   * @param earlier trials of earlier studies, numbered from 0; only the sampler knows them
   * @param elsewhere trials of studies of other data, of which only the order tells something
   * @param begin points to begin with, where the file has none, nothing is known and the sampler learns from others
   * @throws AppError `specification.invalid`
   */
  open(
    specification: StudySpecification,
    history: readonly TrialSnapshot[],
    earlier: readonly TrialSnapshot[] = [],
    begin?: Starts,
    elsewhere: readonly (readonly TrialSnapshot[])[] = [],
  ): void {
    const sampler = resolveOptions('sampler', samplers, specification.sampler)
    const pruner = resolveOptions('pruner', pruners, specification.pruner)
    const problems = [sampler, pruner].flatMap(result => (result.ok ? [] : result.problems))
    if (!sampler.ok || !pruner.ok) throw new AppError('specification.invalid', { problems })
    const plain = samplerContext(specification, earlier.length)
    const sourceStudies = SourceStudies.for(specification, plain.space, elsewhere)
    const context = { ...plain, sourceStudies }
    const forPruner = judgingContext(specification)
    problems.push(...sampler.definition.check(sampler.options, context))
    problems.push(...pruner.definition.check(pruner.options, forPruner))
    problems.push(
      ...checkWarmStart(specification.warmStart, specification.goals, sampler.definition),
    )
    problems.push(...checkProposals(specification, context.space))
    if (problems.length > 0) throw new AppError('specification.invalid', { problems })
    const enqueue = firstPoints(specification)
    const usual =
      earlier.length === 0
        ? usualPoints(specification, sampler.definition, context.space, begin)
        : []
    const starts = sourceStudies?.firstPoints() ?? usual
    this.#study = {
      specification,
      firstPoints: enqueue.length + starts.length,
      proposer: createProposer(
        withEarlierTrials(sampler.definition.create(sampler.options, context), earlier),
        sampler.definition,
        {
          ...proposerSettings({ ...specification, enqueue }, context.space),
          starts,
          startedBy: sourceStudies === null ? 'usage' : 'sourceStudies',
        },
        new GpFallback(context, sampler.definition),
      ),
      knownTrials: new KnownTrials(context, sampler.definition),
      pruner: withinStepUnits(
        () =>
          spareLastReport(
            pruner.definition.create(pruner.options, forPruner),
            specification,
            forPruner,
          ),
        specification,
      ),
      modelStop: createModelStop(specification),
    }
    // Reports of running trials grow here; the caller's arrays stay as they are.
    this.#trials = history
      .map(trial => (trial.state === 'running' ? { ...trial, reports: [...trial.reports] } : trial))
      .sort((a, b) => a.number - b.number)
    this.#proposed.clear()
  }

  /**
   * The point that trial `trialNumber` should try. From now on it counts as running; asking again before it has
   * started gives the same answer.
   */
  propose(trialNumber: number): Proposal | Exhausted {
    const { proposer, firstPoints, knownTrials, pruner, modelStop } = this.#opened()
    const before = this.#proposed.get(trialNumber)
    if (before !== undefined) return before
    if (this.#find(trialNumber) !== undefined) {
      throw invalid('trialNumber', trialNumber, msg('rule.unique'))
    }
    const trials = knownTrials.forSampler(this.#trials)
    const ending = modelStop?.(trials) ?? null
    if (ending !== null) return { exhausted: true, reason: ending }
    const promoted =
      trialNumber < firstPoints ? null : pruner.promote?.(knownTrials.forPruner(this.#trials))
    const proposal = promoted ?? proposer.propose(trials, trialNumber)
    if (!('exhausted' in proposal)) {
      this.#put(runningTrial(trialNumber, proposal.parameters, proposal.origin))
      this.#proposed.set(trialNumber, proposal)
    }
    return proposal
  }

  /** An attempt begins: the trial is running, what earlier attempts reported after `resumeStep` is forgotten. */
  started(
    trialNumber: number,
    parameters: Assignment,
    {
      origin,
      resumeStep = -1,
    }: { readonly origin?: TrialOrigin; readonly resumeStep?: number } = {},
  ): void {
    this.#opened()
    this.#proposed.delete(trialNumber)
    const before = this.#find(trialNumber)
    const excluded = before?.excluded
    this.#put({
      ...runningTrial(trialNumber, parameters, origin),
      reports: before?.reports.filter(({ step }) => step <= resumeStep) ?? [],
      ...(excluded === true ? { excluded } : {}),
    })
  }

  /**
   * Adds one value of the first goal's metric and asks whether the trial goes on.
   * @param further what was reported at this step of the further metrics that the pruner looks at
   */
  judge(
    trialNumber: number,
    step: number,
    value: number,
    further: Readonly<Record<string, number>> = {},
  ): PruningDecision {
    const { pruner, knownTrials } = this.#opened()
    const trial = this.#running(trialNumber)
    const last = trial.reports.at(-1)
    if (!Number.isInteger(step) || (last !== undefined && step <= last.step)) {
      throw invalid('step', step, msg('rule.stepAfter', { step: last?.step ?? -1 }))
    }
    // A running trial's array was made by this class and is kept by nobody else.
    const reports = trial.reports as Report[]
    reports.push({ step, value })
    const others = knownTrials.forPruner(this.#trials.filter(other => other !== trial))
    const added = withFurther(trial.further, step, further)
    if (added === null) return pruner.judge({ trial, others })
    const extended = { ...trial, ...added }
    this.#put(extended)
    return pruner.judge({ trial: extended, others })
  }

  /**
   * @param values one per goal when complete; the best reported when pruned; empty otherwise
   * @param constraints one per constraint of the study wherever there are values; absent otherwise
   * @param gradient where the objective gives one
   * @param byAccident of a failed trial: its point is not to blame
   * @param isEstimate of a pruned trial: its value stands for what it would have reached
   */
  finished(
    trialNumber: number,
    state: TrialState,
    values: readonly number[],
    constraints?: readonly number[],
    { gradient, byAccident, isEstimate }: FinishedExtras = {},
  ): void {
    const { specification } = this.#opened()
    const trial = this.#running(trialNumber)
    if (state === 'running') throw invalid('state', state, msg('rule.finishedState'))
    const wanted = values.length === 0 ? 0 : specification.constraints.length
    if ((constraints?.length ?? 0) !== wanted) {
      const rule = msg('rule.items.exactly', { count: wanted })
      throw invalid('constraints', constraints?.map(String) ?? null, rule)
    }
    this.#proposed.delete(trialNumber)
    this.#put({
      ...trial,
      state,
      values: [...values],
      ...(constraints === undefined || wanted === 0 ? {} : { constraints: [...constraints] }),
      ...(gradient === undefined || values.length === 0 ? {} : { gradient: { ...gradient } }),
      ...(byAccident === true && state === 'failed' ? { byAccident } : {}),
      ...(isEstimate === true && state === 'pruned' ? { isEstimate } : {}),
    })
  }

  #opened(): OpenedStudy {
    if (this.#study === null) {
      throw invalid('type', null, msg('rule.after', { message: 'open' }))
    }
    return this.#study
  }

  #running(trialNumber: number): TrialSnapshot {
    const trial = this.#find(trialNumber)
    if (trial?.state === 'running') return trial
    throw invalid('trialNumber', trialNumber, msg('rule.runningTrial'))
  }

  /** Where a trial with this number stands or would stand among the trials, which rise by number. */
  #indexOf(trialNumber: number): number {
    const trials = this.#trials
    return firstIndexWhere(trials.length, index => (trials[index]?.number as number) >= trialNumber)
  }

  #find(trialNumber: number): TrialSnapshot | undefined {
    const trial = this.#trials[this.#indexOf(trialNumber)]
    return trial?.number === trialNumber ? trial : undefined
  }

  #put(trial: TrialSnapshot): void {
    const index = this.#indexOf(trial.number)
    this.#opened().knownTrials.changed(index)
    if (this.#trials[index]?.number === trial.number) this.#trials[index] = trial
    else this.#trials.splice(index, 0, trial)
  }
}

function runningTrial(number: number, parameters: Assignment, origin?: TrialOrigin): TrialSnapshot {
  return {
    number,
    state: 'running',
    parameters,
    values: [],
    reports: [],
    ...(origin === undefined ? {} : { origin }),
  }
}

function invalid(field: string, value: unknown, rule: MessageDescriptor): AppError {
  const invalidValue = problemValue(value)
  return new AppError('protocol.invalid', { from: 'main', field, value: invalidValue, rule })
}
