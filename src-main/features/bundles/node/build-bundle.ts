import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { BuiltFile } from '../../../core/processes/query-protocol.ts'
import { inTemporaryFolder } from '../../../platform/files/temporary.ts'
import type { StudyReader } from '../../../platform/storage/study-store.ts'
import { requireDownloadable } from '../../exports/node/downloadable.ts'
import { writeBundle } from './write-bundle.ts'

/** A bundle for a page. @throws AppError `file.tooLarge`, and as {@link writeBundle} */
export async function buildBundle(
  reader: StudyReader,
  studyId: number,
  atMs: number,
): Promise<BuiltFile> {
  return inTemporaryFolder('bundle', async folder => {
    const file = path.join(folder, 'study.zip')
    const { bytes } = await writeBundle({ reader, studyId, file, replace: false, atMs })
    requireDownloadable(bytes, `tunewright bundle ${studyId} -o FILE`)
    return {
      ending: 'tunewright',
      mediaType: 'application/zip',
      content: await readFile(file),
    }
  })
}
