import { ashaPruner } from './asha/asha.ts'
import { hyperbandPruner } from './hyperband/hyperband.ts'
import { medianPruner } from './median/median.ts'
import { noPruner } from './none/none.ts'
import { percentilePruner } from './percentile/percentile.ts'
import { overfittingPruner } from './overfitting/overfitting.ts'
import { paretoPruner } from './pareto/pareto.ts'
import { createPatientDefinition } from './patient/patient.ts'
import { promotionPruner } from './promotion/promotion.ts'
import type { PrunerDefinition } from './pruner.ts'
import { createRulesDefinition } from './rules/rules.ts'
import { successiveHalvingPruner } from './successive-halving/successive-halving.ts'
import { thresholdPruner } from './threshold/threshold.ts'
import { wilcoxonPruner } from './wilcoxon/wilcoxon.ts'

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
