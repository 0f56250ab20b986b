import { z } from 'zod'
import { ashaPruner } from './asha.ts'
import { hyperbandPruner } from './hyperband.ts'
import { medianPruner, percentilePruner } from './percentile.ts'
import { overfittingPruner } from './overfitting.ts'
import { paretoPruner } from './pareto.ts'
import { createPatientDefinition } from './patient.ts'
import { promotionPruner } from './promotion.ts'
import { definePruner, resume, type PrunerDefinition } from './pruner.ts'
import { createRulesDefinition } from './rules.ts'
import { successiveHalvingPruner } from './successive-halving.ts'
import { thresholdPruner } from './threshold.ts'
import { wilcoxonPruner } from './wilcoxon.ts'

/** Never stops a trial. */
const noPruner = definePruner({
  name: 'none',
  optionsSchema: z.strictObject({}),
  create: () => ({ judge: () => resume }),
})

/** By one metric. */
const judging: readonly PrunerDefinition[] = [
  medianPruner,
  percentilePruner,
  thresholdPruner,
  wilcoxonPruner,
  successiveHalvingPruner,
  ashaPruner,
  hyperbandPruner,
]

const ofSeveralMetrics: readonly PrunerDefinition[] = [paretoPruner, overfittingPruner]

const definitions: readonly PrunerDefinition[] = [
  noPruner,
  ...judging,
  ...ofSeveralMetrics,
  createPatientDefinition([...judging, ...ofSeveralMetrics]),
  createRulesDefinition([...judging, createPatientDefinition(judging)]),
  promotionPruner,
]

/** Every pruner by the name that a study file uses. */
export const pruners: Readonly<Record<string, PrunerDefinition>> = Object.fromEntries(
  definitions.map(definition => [definition.name, definition]),
)
