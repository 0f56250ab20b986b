/**
 * A network as data: what a task builds from a trial's parameters, what a report can draw, and
 * what `build-network.ts` turns into pure functions of tensors.
 */
export interface NetworkDefinition {
  /**
   * Without the batch dimension: `[height, width, channels]`, `[steps, features]`, or `[features]`; `[steps]` of
   * token numbers before an embedding; numbers, then rows of tables, before a `categoryEmbedding`.
   */
  readonly inputShape: readonly number[]
  readonly layers: readonly LayerDefinition[]
}

/** A side of a square, or height and width. Sequences are images of height 1. */
export type Size = number | readonly [number, number]

export type Activation = 'relu' | 'tanh' | 'sigmoid' | 'elu' | 'gelu' | 'linear'

/** How the categories of one column become numbers. */
export interface CategoryTable {
  /** Rows; one more than there are categories. */
  readonly levels: number
  /** Numbers that stand for a category. */
  readonly dimensions: number
}

export type LayerDefinition =
  /** y = x·W + b over flat inputs, or over each step of a sequence. */
  | { readonly kind: 'dense'; readonly units: number }
  /** 2-D convolution, NHWC, with bias. */
  | {
      readonly kind: 'convolution'
      readonly filters: number
      readonly kernelSize: Size
      readonly stride: number
      readonly padding: 'same' | 'valid'
    }
  /** A filter for each channel, then a matrix with bias that mixes them; same fields as a convolution. */
  | {
      readonly kind: 'separableConvolution'
      readonly filters: number
      readonly kernelSize: Size
      readonly stride: number
      readonly padding: 'same' | 'valid'
    }
  | { readonly kind: 'pool'; readonly pooling: 'max' | 'average'; readonly size: Size }
  | { readonly kind: 'activation'; readonly activation: Activation }
  /** Over the last axis; moving statistics are state. */
  | { readonly kind: 'batchNormalization' }
  /** Rate in [0, 1); a feed of the step, so that it does not make a new compiled function. */
  | { readonly kind: 'dropout'; readonly rate: number }
  | { readonly kind: 'flatten' }
  /** The same numbers in another shape, without the batch dimension. */
  | { readonly kind: 'reshape'; readonly shape: readonly number[] }
  /**
   * [steps] of token numbers (whole, 0 … tokens − 1, as float32) → [steps, dimensions]; only as the first
   * layer. Sequences of unequal length: put padding tokens before the text, so that the last step has seen it. Token 0
   * is padding: attention and the mean over steps leave it out.
   */
  | { readonly kind: 'embedding'; readonly tokens: number; readonly dimensions: number }
  /**
   * [numbers + tables]: the last inputs are the rows of one table each (whole, 0 … levels − 1, as float32). Gives the
   * numbers as they are and those rows behind them: [numbers + Σ dimensions]; only as the first layer. Row 0 is for
   * categories that are missing or unknown.
   */
  | { readonly kind: 'categoryEmbedding'; readonly tables: readonly CategoryTable[] }
  /**
   * [steps, features] → the hidden state of the `last` step [units], or of `all` steps [steps, units], which
   * a further recurrent layer can read; twice as wide if bidirectional.
   */
  | {
      readonly kind: 'recurrent'
      readonly cell: 'lstm' | 'gru'
      readonly units: number
      readonly bidirectional: boolean
      readonly outputs: 'last' | 'all'
    }
  /** Adds a learned row for each place to [steps, features]. */
  | { readonly kind: 'positions' }
  /** Self-attention over [steps, features]; keeps the shape. */
  | { readonly kind: 'attention'; readonly heads: number; readonly headWidth: number }
  /** Over the last axis, each row or step by itself. */
  | { readonly kind: 'layerNormalization' }
  /** [steps, features] → [features]. */
  | { readonly kind: 'stepMean' }
  /**
   * y = x + layers(x), of layers that keep the shape; no embeddings among them. He et al.: Deep residual
   * learning for image recognition. CVPR 2016, doi:10.1109/CVPR.2016.90, equation 1.
   */
  | { readonly kind: 'residual'; readonly layers: readonly LayerDefinition[] }

/**
 * `crossEntropy`: softmax cross-entropy, labels as one-hot rows. `squaredError`: mean over all
 * outputs of (prediction − target)². `quantile` q: mean of max(q·e, (q − 1)·e) with e = target − prediction, least where
 * the share q of the targets lies below; Koenker, Bassett: Regression quantiles. Econometrica 46(1), 1978,
 * doi:10.2307/1913643, equation 3.1.
 */
export type Loss = 'crossEntropy' | 'squaredError' | { readonly quantile: number }

export type OptimizerName =
  'sgd' | 'momentum' | 'nesterov' | 'rmsprop' | 'adagrad' | 'adam' | 'adamw' | 'lion'
