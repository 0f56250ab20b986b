import type { OptimizerName } from '../models/network-definition.ts'
import { hasKernel, runKernelMany } from '../ops/run-kernel.ts'
import { prepareDecomposed } from './decomposed.ts'
import type { Optimizer, OptimizerFeeds, UpdateVariable } from './optimizer.ts'

/**
 * Kernel that updates one variable in a single pass over memory. Inputs `parameter`, `gradient`,
 * `slot0`, `slot1`, `scalars`, `step`; attributes `optimizer`, `regularized`; results: the
 * parameter, then the slots.
 */
export const optimizerStepKernel = 'OptimizerStep'

const slotNames: Readonly<Record<OptimizerName, readonly string[]>> = {
  sgd: [],
  momentum: ['velocity'],
  nesterov: ['velocity'],
  rmsprop: ['meanSquare'],
  adagrad: ['squareSum'],
  adam: ['firstMoment', 'secondMoment'],
  adamw: ['firstMoment', 'secondMoment'],
  lion: ['firstMoment'],
}

/**
 * With learning rate η, gradient g (after clipping and L2), momentum μ and weight decay λ:
 *
 * - sgd: w ← w − η·g
 * - momentum: v ← μ·v + g; w ← w − η·v. Polyak, 1964.
 * - nesterov: v ← μ·v + g; w ← w − η·(g + μ·v). Sutskever et al.: On the importance of initialization and
 *   momentum in deep learning. ICML 2013, equations 3–4, rewritten for the point that is looked ahead to.
 * - rmsprop: s ← 0.9·s + 0.1·g²; w ← w − η·g/(√s + 1e-8). Tieleman, Hinton, 2012.
 * - adagrad: s ← s + g²; w ← w − η·g/(√s + 1e-10). Duchi, Hazan, Singer: Adaptive subgradient methods. JMLR 12, 2011.
 * - adam: algorithm 1 of Kingma, Ba: Adam. ICLR 2015, arXiv:1412.6980, with β = 0.9, 0.999, ε = 1e-8.
 * - adamw: adam, and w ← w − η·λ·w. Loshchilov, Hutter: Decoupled weight decay regularization. ICLR 2019,
 *   arXiv:1711.05101, algorithm 2.
 * - lion: w ← w − η·(sign(0.9·m + 0.1·g) + λ·w); m ← 0.99·m + 0.01·g. Chen et al.: Symbolic discovery of optimization
 *   algorithms. NeurIPS 2023, arXiv:2302.06675, algorithm 2.
 *
 * λ shrinks weight matrices and filters only, as L2 does.
 */
export function createOptimizer(name: OptimizerName): Optimizer {
  return {
    name,
    slots: slotNames[name],
    prepare: feeds =>
      hasKernel(optimizerStepKernel) ? prepareFused(name, feeds) : prepareDecomposed(name, feeds),
  }
}

function prepareFused(optimizer: OptimizerName, feeds: OptimizerFeeds): UpdateVariable {
  const { scalars, step } = feeds
  return (parameter, gradient, slots, regularized) => {
    const named = Object.fromEntries(slots.map((slot, index) => [`slot${index}`, slot]))
    const inputs = { parameter, gradient, ...named, scalars, step }
    const [next, ...nextSlots] = runKernelMany(optimizerStepKernel, inputs, {
      optimizer,
      regularized,
    })
    return { parameter: next as typeof parameter, slots: nextSlots }
  }
}
