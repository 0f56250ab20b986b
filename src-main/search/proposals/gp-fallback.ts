import { msg, type MessageDescriptor } from '../../core/errors/message.ts'
import type { Proposal } from '../../core/processes/search-protocol.ts'
import type { Assignment } from '../../core/trial/trial.ts'
import { gpSampler } from '../samplers/gp/gp.ts'
import type {
  ProposalRequest,
  Sampler,
  SamplerContext,
  SamplerDefinition,
} from '../samplers/sampler.ts'
import type { SuccessModel } from '../success/success-model.ts'
import { variedParameters } from '../samplers/shared/unit-coordinates.ts'

/** Above, as for `auto`, a model of the whole space costs more time than it saves trials. */
const MAX_MODELED = 40
/** Modeled at most: it stands in for samplers that cost next to nothing. */
const MAX_TRIALS = 100

/** From this share of failures on every so many a proposal is the model's in any case. */
const MIN_SHARE = 0.05
const TURNS = 2

/**
 * The model of `gp` beside a sampler that trials fail for: asked where the sampler's own point would probably fail, and for every
 * second trial while failures are many. The best point often lies at the edge of the failing region: a sampler without a model of the
 * values only learns that it must not go on in its direction, the model goes along the edge. Its points reach the sampler as those of
 * others do (injected solutions, N. Hansen: Injecting external solutions into CMA-ES. 2011, arXiv:1110.4181).
 */
export class GpFallback {
  readonly #context: SamplerContext
  readonly #applies: boolean
  readonly #hasTurns: boolean
  #sampler: Sampler | null = null

  constructor(context: SamplerContext, { learnsFromOthers = true }: SamplerDefinition) {
    this.#context = context
    this.#applies =
      gpSampler.check(gpSampler.optionsSchema.parse({}), context).length === 0 &&
      variedParameters(context.space).length <= MAX_MODELED
    this.#hasTurns = learnsFromOthers
  }

  /**
   * Null where the model is not asked, knows too few values, does not apply to the space or the goals, or had proposed itself.
   * @param isLikely whether the sampler's own point will probably succeed
   */
  propose(
    proposal: Proposal,
    isLikely: boolean,
    request: ProposalRequest & { readonly success: SuccessModel },
  ): { readonly parameters: Assignment; readonly why: MessageDescriptor } | null {
    const { sampler, detail } = proposal.provenance
    if (!this.#applies || sampler === gpSampler.name || detail?.['by'] === gpSampler.name)
      return null
    if (isLikely && !this.#isTurn(request)) return null
    const options = gpSampler.optionsSchema.parse({ limit: MAX_TRIALS })
    this.#sampler ??= gpSampler.create(options, this.#context)
    const answer = this.#sampler.propose(request)
    if ('exhausted' in answer || answer.provenance.detail?.['phase'] !== 'model') return null
    const { parameters } = answer
    if (!request.success.allows(parameters)) return null
    const why = isLikely
      ? msg('proposal.modelTurn', { turns: TURNS })
      : msg('proposal.modelInstead')
    return { parameters, why }
  }

  #isTurn({ trialNumber, success }: ProposalRequest): boolean {
    const isFailing = success != null && success.shareOfFailures >= MIN_SHARE
    return this.#hasTurns && isFailing && trialNumber % TURNS === TURNS - 1
  }
}
