import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../contract/errors.ts'
import type { BuiltFile } from '../../contract/query-protocol.ts'
import { inTemporaryFolder } from '../../files/temporary.ts'
import type { StudyReader } from '../../storage/study-store.ts'
import { writeBundle } from './write-bundle.ts'

/** The largest file that travels to a page as an answer. */
const LARGEST_DOWNLOAD_BYTES = 128 * 1024 * 1024

/** A bundle for a page. @throws AppError `file.tooLarge`, and as {@link writeBundle} */
export async function buildBundle(
  reader: StudyReader,
  studyId: number,
  atMs: number,
): Promise<BuiltFile> {
  return inTemporaryFolder('bundle', async folder => {
    const file = path.join(folder, 'study.zip')
    const { bytes } = await writeBundle({ reader, studyId, file, replace: false, atMs })
    if (bytes > LARGEST_DOWNLOAD_BYTES) {
      const command = `tunewright bundle ${studyId} -o FILE`
      throw new AppError('file.tooLarge', { bytes, limit: LARGEST_DOWNLOAD_BYTES, command })
    }
    return {
      ending: 'tunewright',
      mediaType: 'application/zip',
      content: await readFile(file),
    }
  })
}
