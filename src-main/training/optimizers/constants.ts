/** Adam's and AdamW's defaults: Kingma, Ba: Adam. ICLR 2015, arXiv:1412.6980, section 2. */
export const adamBeta1 = 0.9
export const adamBeta2 = 0.999
export const adamEpsilon = 1e-8

/** Share of the old mean square that a step keeps: Tieleman, Hinton: RMSProp, 2012 (lecture 6.5). */
export const rmspropDecay = 0.9
export const rmspropEpsilon = 1e-8

/** Keeps the first step of a number whose gradient is 0 from dividing by 0. */
export const adagradEpsilon = 1e-10

/** Lion's defaults: Chen et al.: Symbolic discovery of optimization algorithms. NeurIPS 2023, arXiv:2302.06675, section 3.2. */
export const lionBeta1 = 0.9
export const lionBeta2 = 0.99
