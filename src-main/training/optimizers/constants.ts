/** Adam's and AdamW's defaults: Kingma, Ba: Adam. ICLR 2015, arXiv:1412.6980, section 2. */
export const ADAM_BETA1 = 0.9
export const ADAM_BETA2 = 0.999
export const ADAM_EPSILON = 1e-8

/** Share of the old mean square that a step keeps: Tieleman, Hinton: RMSProp, 2012 (lecture 6.5). */
export const RMSPROP_DECAY = 0.9
export const RMSPROP_EPSILON = 1e-8

/** Keeps the first step of a number whose gradient is 0 from dividing by 0. */
export const ADAGRAD_EPSILON = 1e-10

/** Lion's defaults: Chen et al.: Symbolic discovery of optimization algorithms. NeurIPS 2023, arXiv:2302.06675, section 3.2. */
export const LION_BETA1 = 0.9
export const LION_BETA2 = 0.99
