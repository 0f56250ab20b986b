import { z } from 'zod'
import { givenOptions } from '../sampler.ts'

/** The options of `tpe` in a study file, the presets, and the settings that result. */

const tpePresets = ['tunewright', 'optuna-5', 'optuna-4', 'hyperopt', 'watanabe'] as const
export type TpePreset = (typeof tpePresets)[number]

export const tpeOptionsSchema = z.strictObject({
  preset: z.enum(tpePresets).default('tunewright').describe('option.genetic.preset'),
  startupTrials: z.int().min(1).max(100_000).optional().describe('option.tpe.startupTrials'),
  candidates: z.int().min(1).max(10_000).optional().describe('option.tpe.candidates'),
  multivariate: z.boolean().optional().describe('option.tpe.multivariate'),
  constantLiar: z.boolean().optional().describe('option.tpe.constantLiar'),
  goodShare: z.number().gt(0).max(1).optional().describe('option.tpe.goodShare'),
  goodLimit: z.int().min(1).max(100_000).optional().describe('option.tpe.goodLimit'),
  priorWeight: z.number().gt(0).max(1000).optional().describe('option.tpe.priorWeight'),
  avoidRepeats: z.boolean().optional().describe('option.tpe.avoidRepeats'),
})
export type TpeOptions = z.output<typeof tpeOptionsSchema>

/**
 * How wide a kernel is in the unit interval, before it is clipped.
 * - neighbors: the larger gap to the sorted neighbors, for the outermost kernels the inner gap;
 * - neighborsPrior: the same, the prior's mean counting as a neighbor;
 * - neighborsPriorEnds: the same, the outermost kernels taking the gap to the bound too;
 * - scott: 0.2·n^(−1/(d + 4)) for all;
 * - hyperopt: neighborsPrior, but a single observation gets half the range.
 */
export type BandwidthRule =
  'neighbors' | 'neighborsPrior' | 'neighborsPriorEnds' | 'scott' | 'hyperopt'

/** alternating: neighborsPrior for trials of even number, neighborsPriorEnds for those of odd number. */
export type BandwidthChoice = BandwidthRule | 'alternating'

export function bandwidthRuleOf(choice: BandwidthChoice, trialNumber: number): BandwidthRule {
  if (choice !== 'alternating') return choice
  return trialNumber % 2 === 0 ? 'neighborsPrior' : 'neighborsPriorEnds'
}

export interface DensitySettings {
  readonly priorWeight: number
  readonly bandwidth: BandwidthRule
  /** Kernels are at least max(floor, (1 + kernels)^−exponent) of the range wide, kernels with the prior. */
  readonly narrowest: { readonly floor: number; readonly exponent: number }
  /** Whether each kernel is cut to the domain and normalized by itself (Optuna), or all together. */
  readonly cutKernels: boolean
  /** Choices by smoothed kernels (Optuna), or by weighted counts (Hyperopt; one parameter only). */
  readonly countChoices: boolean
}

export interface TpeSettings extends Omit<DensitySettings, 'bandwidth'> {
  readonly bandwidth: BandwidthChoice
  readonly startupTrials: number
  readonly candidates: number
  readonly multivariate: boolean
  readonly constantLiar: boolean
  readonly good: {
    readonly rule: 'linear' | 'squareRoot'
    readonly share: number
    readonly limit: number
  }
  /**
   * recent: the newest 25 weigh 1, older ones less; equal; improvement: by how far they lie under the bad
   * ones (one goal); contribution: by what they add to the hypervolume (several goals).
   */
  readonly goodWeights: 'recent' | 'equal' | 'improvement' | 'contribution'
  readonly badWeights: 'recent' | 'equal'
  /** Beyond this many bad observations the older ones are sampled; see `thin-out.ts`. */
  readonly maxBad: number
  readonly avoidRepeats: boolean
}

const optuna5: TpeSettings = {
  startupTrials: 10,
  candidates: 24,
  multivariate: true,
  constantLiar: true,
  good: { rule: 'linear', share: 0.1, limit: 25 },
  goodWeights: 'recent',
  badWeights: 'recent',
  priorWeight: 1,
  bandwidth: 'neighbors',
  narrowest: { floor: 0.01, exponent: 1 },
  cutKernels: true,
  countChoices: false,
  maxBad: 2000,
  avoidRepeats: false,
}

const optuna4: TpeSettings = {
  ...optuna5,
  multivariate: false,
  constantLiar: false,
  bandwidth: 'neighborsPrior',
}

const watanabe: TpeSettings = {
  ...optuna5,
  constantLiar: false,
  good: { rule: 'linear', share: 0.15, limit: 25 },
  goodWeights: 'improvement',
  badWeights: 'equal',
  bandwidth: 'neighborsPriorEnds',
  narrowest: { floor: 0.03, exponent: 2 },
}

const presets: Readonly<Record<TpePreset, TpeSettings>> = {
  tunewright: {
    ...watanabe,
    constantLiar: true,
    // Kernels that reach the bounds help on real tables and surrogates, those that do not on smooth functions.
    bandwidth: 'alternating',
    maxBad: 500,
    avoidRepeats: true,
  },
  'optuna-5': optuna5,
  'optuna-4': optuna4,
  hyperopt: {
    ...optuna4,
    startupTrials: 20,
    good: { rule: 'squareRoot', share: 0.25, limit: 25 },
    bandwidth: 'hyperopt',
    cutKernels: false,
    countChoices: true,
  },
  watanabe,
}

/** The differences of a preset with several goals. */
const severalGoals: Readonly<Record<TpePreset, Partial<TpeSettings>>> = {
  tunewright: { multivariate: false, goodWeights: 'equal', bandwidth: 'neighborsPrior' },
  'optuna-5': {
    multivariate: false,
    good: { rule: 'linear', share: 0.1, limit: 100_000 },
    goodWeights: 'equal',
  },
  'optuna-4': { goodWeights: 'contribution' },
  hyperopt: {},
  watanabe: { goodWeights: 'contribution' },
}

/** The settings of a preset with the options that a study file changes. */
export function resolveTpeSettings(options: TpeOptions, goals = 1): TpeSettings {
  const preset = {
    ...presets[options.preset],
    ...(goals > 1 ? severalGoals[options.preset] : {}),
  }
  const { goodShare = preset.good.share, goodLimit = preset.good.limit } = options
  const settings = {
    ...preset,
    ...givenOptions(options, preset),
    good: { ...preset.good, share: goodShare, limit: goodLimit },
  }
  // Optuna up to 4.9 had another bandwidth for the multivariate form.
  const isScott = options.preset === 'optuna-4' && settings.multivariate
  return isScott ? { ...settings, bandwidth: 'scott' } : settings
}
