import path from 'node:path'
import type { BuiltModel } from '../../../core/models/built-model.ts'

export type ModelFiles = Pick<BuiltModel, 'modelPath' | 'weightsPath'>

/** Those of a folder that was made, for one of the folds. */
export function filesIn(folder: string, fold = 0): ModelFiles {
  const which = fold === 0 ? '' : `.${fold}`
  return {
    modelPath: path.join(folder, `model${which}.json`),
    weightsPath: path.join(folder, `weights${which}.safetensors`),
  }
}

/** All but the first one. */
export function laterFolds(folds: number): number[] {
  return Array.from({ length: folds - 1 }, (_, at) => at + 1)
}
