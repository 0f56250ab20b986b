import type { z } from 'zod'
import { accessMethods } from '../../access/common/methods.ts'
import { analysisMethods } from '../../analysis/common/methods.ts'
import { applicationMethods } from '../../application/common/methods.ts'
import { artifactMethods } from '../../artifacts/common/methods.ts'
import { backupMethods } from '../../backups/common/methods.ts'
import { bundleMethods } from '../../bundles/common/methods.ts'
import { checkpointMethods } from '../../checkpoints/common/methods.ts'
import { codeTrustMethods } from '../../code-trust/common/methods.ts'
import { datasetMethods } from '../../datasets/common/methods.ts'
import { diagnosticsMethods } from '../../diagnostics/common/methods.ts'
import { engineMethods } from '../../engines/common/methods.ts'
import { errorAnalysisMethods } from '../../error-analysis/common/methods.ts'
import { exportMethods } from '../../exports/common/methods.ts'
import { importMethods } from '../../imports/common/methods.ts'
import { interventionMethods } from '../../interventions/common/methods.ts'
import { machineMethods } from '../../machines/common/methods.ts'
import { modelMethods } from '../../models/common/methods.ts'
import { notificationMethods } from '../../notifications/common/methods.ts'
import { optunaStorageMethods } from '../../optuna-storage/common/methods.ts'
import { readOnlyMethods } from '../../read-only/common/methods.ts'
import { reportMethods } from '../../reports/common/methods.ts'
import { runConditionMethods } from '../../run-conditions/common/methods.ts'
import { scriptMethods } from '../../script/common/methods.ts'
import { studyMethods } from '../../studies/common/methods.ts'
import { studyQueueMethods } from '../../study-queue/common/methods.ts'
import { terminalCommandMethods } from '../../terminal-command/common/methods.ts'
import { testRowMethods } from '../../test-rows/common/methods.ts'
import { verifyMethods } from '../../verify/common/methods.ts'
import { whatIfMethods } from '../../what-if/common/methods.ts'
import type { Scope } from '../../access/common/access.ts'
import { fileMethods } from './file-methods.ts'
import type { AnswersTo, Handlers, RequestSchemas } from './method.ts'

/**
 * Everything that a face (window or page) can ask of the back end, as features define it: method name to the schema of its request, the type
 * of its answer, and who may call it. Programs see the methods in this order.
 */
export const methods = {
  ...applicationMethods,
  ...studyMethods,
  ...interventionMethods,
  ...checkpointMethods,
  ...artifactMethods,
  ...analysisMethods,
  ...errorAnalysisMethods,
  ...testRowMethods,
  ...whatIfMethods,
  ...verifyMethods,
  ...reportMethods,
  ...exportMethods,
  ...bundleMethods,
  ...importMethods,
  ...modelMethods,
  ...datasetMethods,
  ...engineMethods,
  ...codeTrustMethods,
  ...scriptMethods,
  ...optunaStorageMethods,
  ...runConditionMethods,
  ...studyQueueMethods,
  ...machineMethods,
  ...notificationMethods,
  ...accessMethods,
  ...backupMethods,
  ...diagnosticsMethods,
  ...readOnlyMethods,
  ...terminalCommandMethods,
  ...fileMethods,
} as const

type Definitions = typeof methods
export type Method = keyof Definitions

/** The same request schemas by name, for whoever checks requests. */
export const requestSchemas = Object.fromEntries(
  Object.entries(methods).map(([name, { request }]) => [name, request]),
) as unknown as RequestSchemas<Definitions>

export type RequestOf<Name extends Method> = z.output<Definitions[Name]['request']>
export type Answers = AnswersTo<Definitions>

/** The back end, as the face calls it and as the host serves it. */
export type Api = Handlers<Definitions>

/** The scope that a method needs; null: it is for people alone. */
export function scopeOf(name: Method): Scope | null {
  return methods[name].scope
}

/** Methods that programs can call, in the order of the list. */
export const programMethods = (Object.keys(methods) as Method[]).filter(
  name => scopeOf(name) !== null,
)
