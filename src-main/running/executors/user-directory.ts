import path from 'node:path'
import process from 'node:process'
import type { StudyRecord } from '../../core/study/study.ts'
import type { Workspace } from '../../platform/storage/workspace.ts'
import { chosenExecutor } from './chosen-executor.ts'

/** Where the folders of trials lie that are code of the user: beside the database, or where other computers see them. */
export function userDirectoryOf(
  study: Pick<StudyRecord, 'id' | 'specification' | 'environment'>,
  workspace: Workspace,
): string {
  const { definition, options } = chosenExecutor(study.specification)
  const shared = definition.sharedDirectory?.(options)
  if (shared === undefined) return workspace.artifactDirectory(study.id)
  const base = study.environment.project?.studyDirectory ?? process.cwd()
  const database = path.basename(workspace.databasePath, path.extname(workspace.databasePath))
  return path.join(path.resolve(base, shared), `${database}-${study.id}`)
}
