import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import type { StudyRecord } from '../../core/study/study.ts'
import type { Workspace } from '../../platform/storage/workspace.ts'
import { chosenExecutor } from './chosen-executor.ts'
import { userDirectoryOf } from './user-directory.ts'

/**
 * Ends the jobs that a study which runs no more has left on other machines: its trials begin again if it comes back.
 * @throws as the file system does
 */
export async function endOrphanedJobs(
  study: Pick<StudyRecord, 'id' | 'specification' | 'environment'>,
  workspace: Workspace,
): Promise<void> {
  const { definition, load } = chosenExecutor(study.specification)
  if (!definition.outlivesSession) return
  const folder = userDirectoryOf(study, workspace)
  if (!existsSync(folder)) return
  const trialDirectories = readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(({ name }) => path.join(folder, name))
  const node = await load()
  await node.endOrphanedJobs?.({ trialDirectories, workspace })
}
